import { show } from "../../src/statistics.ts";
import type { Section } from "../../src/report/section.ts";
import { VEGA, against, isDirect, signed } from "./compare.ts";
import type { AiOptions } from "./options.ts";
import type { Bench, Measured } from "./rounds.ts";
import { added, busyNote, faultsOf, measureRounds, pooled, rawOf } from "./rounds.ts";

/** A reader notices a pause of this length. */
const STALL_MS = 250;

/** Many streams that start at the same moment: counts those that stall. */
export async function measureConcurrentStreams(bench: Bench, options: AiOptions): Promise<Section> {
  const { streams, chunks, gapMs, rounds } = options;
  const load = { chunks, gapMs, stream: true, clients: streams, seconds: 0, open: false };
  const measured = await measureRounds(bench, rounds, load);
  const stalls = ({ rounds: reports }: Measured) =>
    reports.flatMap(({ longestGaps }) => [...longestGaps]).filter((gap) => gap > STALL_MS).length;
  return {
    title: `${streams} concurrent streams, each ${chunks} chunks ${gapMs} ms apart`,
    columns: [
      "target",
      "longest pause ms",
      "stalls",
      "first p50 ms",
      "p99",
      "each chunk p50",
      "p99",
    ],
    rows: against(measured, (one, direct) => {
      const first = pooled(one, "firsts");
      const later = added(one, direct, "transits");
      return [
        one.target.name,
        show(pooled(one, "longestGaps").max),
        String(stalls(one)),
        show(first.p50),
        show(first.p99),
        ...(isDirect(one) ? [] : [signed(later.p50), signed(later.p99)]),
      ];
    }),
    notes: [
      `stall: a pause of more than ${STALL_MS} ms; each chunk: added between the provider and the client`,
      busyNote(measured),
    ],
    aims: measured
      .filter(({ target }) => target.name === VEGA)
      .map((one) => ({
        what: `${streams} concurrent streams: ${stalls(one)} stalls, aim 0`,
        met: stalls(one) === 0 && faultsOf([one]).length === 0,
      })),
    faults: faultsOf(measured),
    raw: { stall_ms: STALL_MS, targets: rawOf(measured) },
  };
}
