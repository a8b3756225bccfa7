// `npm run export -- out.json`: gives the state back as a time_crystal.json.
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findRunning, runScript } from "./client/running.ts";
import { OperatorError } from "./supervisor/operator-error.ts";

await runScript(async () => {
  const path = process.argv[2];
  if (!path) throw new OperatorError("say where to: npm run export -- out.json");
  const running = findRunning(join(import.meta.dirname, ".."));
  const file = await running.send("GET", "/api/admin/export");
  // 0600: a password hash may be in it. Renamed into place: there is never half a file.
  const part = `${path}.part`;
  await writeFile(part, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  await rename(part, path);
  console.log(`vega: wrote ${path}`);
});
