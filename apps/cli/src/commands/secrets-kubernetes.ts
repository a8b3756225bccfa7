import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineCommand } from "../command.ts";

export const secretsKubernetes = defineCommand({
  name: "secrets kubernetes",
  aliases: ["kubernetes-secrets"],
  summary: "Print the Secrets that deploy/kubernetes mounts",
  details:
    "Their content is the folder secrets/ of `vega secrets compose`, which is created where it is missing:\n" +
    "a second call prints the same Secrets.",
  options: {
    namespace: { type: "string", value: "name", description: "namespace, `vega` by default" },
  },
  examples: [
    "./vega secrets kubernetes | kubectl apply --server-side -f -",
    "./vega secrets kubernetes --namespace staging",
  ],
  async run({ options }, { root, print }) {
    const { makeSecrets } = await import("../compose-secrets/files.ts");
    const { kubernetesSecrets } = await import("../kubernetes/secrets.ts");
    const folder = join(root, "secrets");
    makeSecrets({ folder, uid: process.getuid?.() ?? 0 });
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    const items = kubernetesSecrets(read, options.namespace ?? "vega");
    print(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  },
});
