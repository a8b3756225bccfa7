// `npm run compose:secrets`: makes the secrets of docker-compose.yml, once.
import { join } from "node:path";
import { makeSecrets } from "./compose-secrets/files.ts";
import { runScript } from "./running-platform.ts";

await runScript(() => {
  const root = join(import.meta.dirname, "../../..");
  const { made, note } = makeSecrets({
    folder: join(root, "secrets"),
    uid: process.getuid?.() ?? 0,
  });
  console.log(made.length > 0 ? `vega: made secrets/${made.join(", ")}` : "vega: all are there");
  if (note) console.log(`vega: ${note}`);
  return Promise.resolve();
});
