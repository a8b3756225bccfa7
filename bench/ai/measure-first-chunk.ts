import { show } from "../figures.ts";
import type { Section } from "../section.ts";
import { against, isDirect, signed } from "./compare.ts";
import type { AiOptions } from "./options.ts";
import type { Bench } from "./rounds.ts";
import { added, busyNote, faultsOf, inTurn, pooled, rawOf } from "./rounds.ts";

/** Short, for many first chunks in a round. */
const MANNER = { chunks: 5, gapMs: 5 };

/** Streams one after the other: how long the first chunk takes, and every chunk from the upstream to the client. */
export async function measureFirstChunk(bench: Bench, options: AiOptions): Promise<Section> {
  const { rounds, seconds } = options;
  const load = { ...MANNER, stream: true, clients: 1, seconds, open: true };
  const measured = await inTurn(bench, rounds, load);
  return {
    title: `Streams one after the other, the first chunk after ${options.waitMs} ms`,
    columns: ["asked", "first p50 ms", "p99", "added p50", "added p99", "each chunk p50", "p99"],
    rows: against(measured, (one, direct) => {
      const first = pooled(one, "firsts");
      const more = added(one, direct, "ways");
      const later = added(one, direct, "transits");
      return [
        one.target.name,
        show(first.p50),
        show(first.p99),
        ...(isDirect(one)
          ? []
          : [more.p50, more.p99, later.p50, later.p99].map((value) => signed(value))),
      ];
    }),
    notes: ["each chunk: added between the upstream and the client", busyNote(measured)],
    aims: [],
    faults: faultsOf(measured),
    raw: rawOf(measured),
  };
}
