// `npm run export -- out.json`: gives the state back as a time_crystal.json.
import { join } from "node:path";
import { fileArgument } from "./arguments.ts";
import { writeWhole } from "./files.ts";
import { findRunning, runScript } from "./running-platform.ts";

await runScript(async () => {
  const { path } = fileArgument(process.argv.slice(2), [], "npm run export -- out.json");
  const running = findRunning(join(import.meta.dirname, "../../.."));
  const file = await running.send("GET", "/api/admin/export");
  // For its owner alone: a password hash may be in it.
  writeWhole(path, `${JSON.stringify(file, null, 2)}\n`);
  console.log(`vega: wrote ${path}`);
});
