import type { StateConfig } from "@vega/state";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const CLI = join(import.meta.dirname, "../../../apps/cli/src/main.ts");
const COMMANDS = [["audit", "verify"], ["replay"]];

/** The faults that `vega audit verify` and `vega replay` report of a database. */
export async function commandFaults(store: StateConfig["store"]): Promise<string[]> {
  const where =
    store.kind === "mongo" ? { MONGODB_URL: store.url } : { VEGA_DATA_DIR: store.folder };
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], ...where };
  const faults = await Promise.all(
    COMMANDS.map(async (words) => {
      const args = ["--disable-warning=ExperimentalWarning", CLI, ...words];
      try {
        await run(process.execPath, args, { env });
        return [];
      } catch (error) {
        const { stderr, message } = error as Error & { stderr?: string };
        return [`${words.join(" ")}: ${stderr?.trim() || message}`];
      }
    }),
  );
  return faults.flat();
}
