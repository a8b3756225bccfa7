import { resolve } from "node:path";
import { defineCommand } from "../command.ts";

export const exportState = defineCommand({
  name: "export",
  summary: "Write the state of the running platform as a time_crystal.json",
  details: "The file may hold a password hash: only its owner can read it (mode 0600).",
  arguments: { file: "the file to write" },
  examples: ["./vega export out.json"],
  async run({ arguments: { file } }, { root, cwd, print }) {
    const { findRunning } = await import("../running-platform.ts");
    const { writeWhole } = await import("../files.ts");
    const state = await findRunning(root).send("GET", "/api/admin/export");
    writeWhole(resolve(cwd, file), `${JSON.stringify(state, null, 2)}\n`);
    print(`vega: wrote ${file}`);
  },
});
