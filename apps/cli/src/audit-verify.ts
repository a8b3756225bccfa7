// `npm run audit:verify -- --anchor 42:<hash> --gaps`: walks the whole log of the configured database and says where it breaks.
import type { Anchor } from "@vega/state";
import { VerificationError, verifyDatabase } from "@vega/state";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runScript } from "./running-platform.ts";
import { loadEnvironment } from "@vega/supervisor/environment";
import { OperatorError } from "@vega/supervisor/operator-error";
import { readSettings } from "@vega/supervisor/settings";

const USAGE = "npm run audit:verify -- [--anchor <sequence>:<hash>] [--gaps]";

function readArguments(args: readonly string[]): { anchors: Anchor[]; listGaps: boolean } {
  const options = {
    anchor: { type: "string", multiple: true },
    gaps: { type: "boolean" },
  } as const;
  try {
    const { anchor = [], gaps = false } = parseArgs({ args: [...args], options }).values;
    return { anchors: anchorsOf(anchor), listGaps: gaps };
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause;
    throw new OperatorError(`use it so: ${USAGE}`, { cause });
  }
}

function anchorsOf(texts: readonly string[]): Anchor[] {
  return texts.map((text) => {
    const [, sequence, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
    if (!sequence || !hash) throw new OperatorError(`${text} is no anchor; use it so: ${USAGE}`);
    return { sequence: Number(sequence), hash };
  });
}

await runScript(async () => {
  const { anchors, listGaps } = readArguments(process.argv.slice(2));
  const root = join(import.meta.dirname, "../../..");
  const { dataDir, mongodbUrl } = readSettings(loadEnvironment(root), root);
  const found = await verifyDatabase(
    mongodbUrl ? { kind: "mongo", url: mongodbUrl } : { kind: "sqlite", folder: dataDir },
    anchors,
  ).catch((error: unknown) => {
    if (error instanceof VerificationError)
      throw new OperatorError(error.message, { cause: error });
    throw error;
  });
  if (!found.sound) {
    const where = found.sequence === undefined ? "the database" : `entry ${found.sequence}`;
    throw new OperatorError(`the log is broken at ${where}: ${found.reason}`);
  }
  const { entries, erased, thinned, gaps, head } = found;
  console.log(`vega: the log is whole: ${entries} entries, ${erased} of them erased`);
  if (thinned > 0) {
    const hint = listGaps ? "" : "; --gaps lists them";
    const by = new Set(gaps.map((gap) => gap.by)).size;
    console.log(
      `vega: ${thinned} older entries are gone, in ${gaps.length} gaps, as ${by} entries tell${hint}`,
    );
  }
  for (const gap of listGaps ? gaps : []) {
    console.log(`vega: gap ${gap.from}-${gap.to}, told by ${gap.by}, goes on from ${gap.hash}`);
  }
  if (head) console.log(`vega: its end is --anchor ${head.sequence}:${head.hash}`);
});
