// `npm run audit:verify -- --anchor 42:<hash>`: walks the whole log of the configured database and says where it breaks.
import type { Anchor } from "@vega/state";
import { CannotVerify, verifyDatabase } from "@vega/state";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runScript } from "./client/running.ts";
import { loadEnvironment } from "./supervisor/environment.ts";
import { OperatorError } from "./supervisor/operator-error.ts";
import { readSettings } from "./supervisor/settings.ts";

const USAGE = "npm run audit:verify -- [--anchor <sequence>:<hash>]";

function anchorsOf(args: readonly string[]): Anchor[] {
  const options = { anchor: { type: "string", multiple: true } } as const;
  const texts = (() => {
    try {
      return parseArgs({ args: [...args], options }).values.anchor ?? [];
    } catch (cause) {
      throw new OperatorError(`use it so: ${USAGE}`, { cause });
    }
  })();
  return texts.map((text) => {
    const [, sequence, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
    if (!sequence || !hash) throw new OperatorError(`${text} is no anchor; use it so: ${USAGE}`);
    return { sequence: Number(sequence), hash };
  });
}

await runScript(async () => {
  const anchors = anchorsOf(process.argv.slice(2));
  const root = join(import.meta.dirname, "..");
  const { dataDir, mongodbUrl } = readSettings(loadEnvironment(root), root);
  const found = await verifyDatabase(
    mongodbUrl ? { kind: "mongo", url: mongodbUrl } : { kind: "sqlite", folder: dataDir },
    anchors,
  ).catch((error: unknown) => {
    if (error instanceof CannotVerify) throw new OperatorError(error.message, { cause: error });
    throw error;
  });
  if (!found.sound) {
    const where = found.sequence === undefined ? "the database" : `entry ${found.sequence}`;
    throw new OperatorError(`the log is broken at ${where}: ${found.reason}`);
  }
  const { entries, erased, thinned, head } = found;
  const gone = thinned > 0 ? `; ${thinned} older ones were thinned out, as the log says` : "";
  console.log(`vega: the log is whole: ${entries} entries, ${erased} of them erased${gone}`);
  if (head) console.log(`vega: its end is --anchor ${head.sequence}:${head.hash}`);
});
