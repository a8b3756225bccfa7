import { OperatorError } from "@vega/supervisor/operator-error";
import { defineCommand, UsageError } from "../command.ts";

export const replay = defineCommand({
  name: "replay",
  summary: "Rebuild the state from the log and compare it with the stored one",
  details:
    "Changes nothing. Exit code 1: a document differs, which is named, or there is no readable log.",
  options: {
    from: {
      type: "string",
      value: "sequence",
      description: "start with the system state as of this entry; leaves the memory out",
    },
  },
  examples: ["./vega replay", "./vega replay --from 2"],
  async run({ options }, { root, print }) {
    const from = parseSequence(options.from);
    const { replayDatabase } = await import("@vega/state");
    const { configuredDatabase } = await import("../database.ts");
    const { withDatabaseErrors } = await import("../database-errors.ts");
    const { store } = configuredDatabase(root);
    const result = await withDatabaseErrors(() => replayDatabase(store, from));
    if (!result.same) {
      throw new OperatorError(
        `${result.document} differs from the log at entry ${result.sequence}:\n` +
          `  log     ${JSON.stringify(result.rebuilt)}\n  stored  ${JSON.stringify(result.stored)}`,
      );
    }
    const { documents, entries, sequence } = result;
    print(
      from > 0
        ? `vega: ${documents} documents of the system state are what ${entries} entries after ${from} make of it, as of ${sequence}; memory not compared`
        : `vega: ${documents} documents are what ${entries} entries of the log make of them, as of ${sequence}`,
    );
  },
});

function parseSequence(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^[1-9]\d{0,14}$/.test(text)) {
    throw new UsageError(`invalid sequence: ${text}; --from takes a whole number from 1`);
  }
  return Number(text);
}
