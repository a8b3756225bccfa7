// `npm run replay -- [--from N]`: rebuilds the state from the log and compares it with what is stored.
import { VerificationError, replayDatabase } from "@vega/state";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runScript } from "./running-platform.ts";
import { loadEnvironment } from "@vega/supervisor/environment";
import { OperatorError } from "@vega/supervisor/operator-error";
import { readSettings } from "@vega/supervisor/settings";

const USAGE = "npm run replay -- [--from <sequence>]";

function fromOf(args: readonly string[]): number {
  try {
    const { from } = parseArgs({ args: [...args], options: { from: { type: "string" } } }).values;
    if (from === undefined || /^[1-9]\d{0,14}$/.test(from)) return Number(from ?? 0);
  } catch {
    // Falls through: an option that nobody knows.
  }
  throw new OperatorError(`use it so: ${USAGE}`);
}

await runScript(async () => {
  const from = fromOf(process.argv.slice(2));
  const root = join(import.meta.dirname, "../../..");
  const { dataDir, mongodbUrl } = readSettings(loadEnvironment(root), root);
  const found = await replayDatabase(
    mongodbUrl ? { kind: "mongo", url: mongodbUrl } : { kind: "sqlite", folder: dataDir },
    from,
  ).catch((error: unknown) => {
    if (error instanceof VerificationError)
      throw new OperatorError(error.message, { cause: error });
    throw error;
  });
  if (!found.same) {
    throw new OperatorError(
      `${found.document} is not what the log says at ${found.sequence}:\n` +
        `  the log   ${JSON.stringify(found.rebuilt)}\n  stored    ${JSON.stringify(found.stored)}`,
    );
  }
  const { documents, entries, sequence } = found;
  console.log(
    from > 0
      ? `vega: ${documents} documents of the crystal are what it was at ${from} and ${entries} entries since make of them, at ${sequence}; the memory was not looked at`
      : `vega: ${documents} documents are what ${entries} entries of the log make of them, at ${sequence}`,
  );
});
