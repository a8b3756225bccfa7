import { show } from "../../src/statistics.ts";
import type { Section } from "../../src/report/section.ts";
import { against, isDirect, signed } from "./compare.ts";
import type { AiOptions } from "./options.ts";
import type { Bench } from "./rounds.ts";
import { added, busyNote, faultsOf, measureRounds, pooled, rawOf } from "./rounds.ts";

/** Short, so that a round has many first chunks. */
const SHAPE = { chunks: 5, gapMs: 5 };

/** Sequential streams: time to the first chunk, and transit time of every chunk from the provider to the client. */
export async function measureFirstChunk(bench: Bench, options: AiOptions): Promise<Section> {
  const { rounds, seconds } = options;
  const load = { ...SHAPE, stream: true, clients: 1, seconds, open: true };
  const measured = await measureRounds(bench, rounds, load);
  return {
    title: `Sequential streams, the first chunk after ${options.waitMs} ms`,
    columns: ["target", "first p50 ms", "p99", "added p50", "added p99", "each chunk p50", "p99"],
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
    notes: ["each chunk: added between the provider and the client", busyNote(measured)],
    aims: [],
    faults: faultsOf(measured),
    raw: rawOf(measured),
  };
}
