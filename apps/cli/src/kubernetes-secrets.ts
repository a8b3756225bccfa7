// `npm run -s kubernetes:secrets | kubectl apply --server-side -f -`: what deploy/kubernetes mounts, as Secrets. Made
// from the folder of `npm run compose:secrets`, where it keeps being what it is; see docs/how-to/kubernetes.md.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runScript } from "./running-platform.ts";
import { makeSecrets } from "./compose-secrets/files.ts";
import { kubernetesSecrets } from "./kubernetes/secrets.ts";

await runScript(() => {
  const { values } = parseArgs({ options: { namespace: { type: "string", default: "vega" } } });
  const folder = join(import.meta.dirname, "../../../secrets");
  makeSecrets({ folder, uid: process.getuid?.() ?? 0 });
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const items = kubernetesSecrets(read, values.namespace);
  console.log(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  return Promise.resolve();
});
