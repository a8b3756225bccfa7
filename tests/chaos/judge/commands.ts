import type { StateConfig } from "@vega/state";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const SCRIPTS = join(import.meta.dirname, "../../../apps/cli/src");

/** What `npm run audit:verify` and `npm run replay` find wrong with a database. */
export async function commandFaults(store: StateConfig["store"]): Promise<string[]> {
  const where =
    store.kind === "mongo" ? { MONGODB_URL: store.url } : { VEGA_DATA_DIR: store.folder };
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], ...where };
  const faults = await Promise.all(
    ["audit-verify.ts", "replay.ts"].map(async (script) => {
      const args = ["--disable-warning=ExperimentalWarning", join(SCRIPTS, script)];
      try {
        await run(process.execPath, args, { env });
        return [];
      } catch (error) {
        const { stderr, message } = error as Error & { stderr?: string };
        return [`${script}: ${stderr?.trim() || message}`];
      }
    }),
  );
  return faults.flat();
}
