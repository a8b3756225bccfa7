import { join } from "node:path";
import { defineCommand } from "../command.ts";

export const secretsCompose = defineCommand({
  name: "secrets compose",
  aliases: ["compose-secrets"],
  summary: "Create the secrets of docker-compose.yml",
  details: "Writes the folder secrets/ once; existing files stay.",
  examples: ["./vega secrets compose"],
  async run(_input, { root, print }) {
    const { makeSecrets } = await import("../compose-secrets/files.ts");
    const folder = join(root, "secrets");
    const { made, note } = makeSecrets({ folder, uid: process.getuid?.() ?? 0 });
    print(made.length > 0 ? `vega: created secrets/${made.join(", ")}` : "vega: all secrets exist");
    if (note) print(`vega: ${note}`);
  },
});
