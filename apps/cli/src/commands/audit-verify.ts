import { OperatorError } from "@vega/supervisor/operator-error";
import type { Anchor } from "@vega/state";
import { defineCommand, UsageError } from "../command.ts";

export const auditVerify = defineCommand({
  name: "audit verify",
  aliases: ["audit-verify"],
  summary: "Verify the hash chain of the log",
  details:
    "Reads the whole log of the configured database and names the first broken entry; changes nothing.\n" +
    "Exit code 1: the chain is broken, or there is no readable log.",
  options: {
    anchor: {
      type: "string",
      multiple: true,
      value: "sequence:hash",
      description: "compare this entry's hash with a copy that was kept elsewhere",
    },
    gaps: { type: "boolean", description: "list the compacted ranges" },
  },
  examples: ["./vega audit verify", "./vega audit verify --gaps"],
  async run({ options }, { root, print }) {
    const anchors = options.anchor.map(parseAnchor);
    const { verifyDatabase } = await import("@vega/state");
    const { configuredDatabase } = await import("../database.ts");
    const { withDatabaseErrors } = await import("../database-errors.ts");
    const { store } = configuredDatabase(root);
    const result = await withDatabaseErrors(() => verifyDatabase(store, anchors));
    if (!result.sound) {
      const place = result.sequence === undefined ? "the database" : `entry ${result.sequence}`;
      throw new OperatorError(`the log is broken at ${place}: ${result.reason}`);
    }
    const { entries, erased, thinned, gaps, head } = result;
    print(`vega: the log is whole: ${entries} entries, ${erased} of them erased`);
    if (thinned > 0) {
      const checkpoints = new Set(gaps.map((gap) => gap.by)).size;
      const hint = options.gaps ? "" : "; --gaps lists them";
      print(
        `vega: ${thinned} entries were compacted: ${gaps.length} ranges, ${checkpoints} checkpoints${hint}`,
      );
    }
    for (const gap of options.gaps ? gaps : []) {
      print(
        `vega: compacted range ${gap.from}-${gap.to}, checkpoint ${gap.by}, chain hash ${gap.hash}`,
      );
    }
    if (head) print(`vega: anchor of the last entry: --anchor ${head.sequence}:${head.hash}`);
  },
});

function parseAnchor(text: string): Anchor {
  const [, sequence, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (!sequence || !hash) {
    throw new UsageError(
      `invalid anchor: ${text}; expected --anchor <sequence>:<hash>, the hash as 64 hexadecimal digits`,
    );
  }
  return { sequence: Number(sequence), hash };
}
