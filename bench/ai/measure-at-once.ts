import { show } from "../figures.ts";
import type { Section } from "../section.ts";
import { VEGA, against, isDirect, signed } from "./compare.ts";
import type { AiOptions } from "./options.ts";
import type { Bench, Measured } from "./rounds.ts";
import { added, busyNote, faultsOf, inTurn, pooled, rawOf } from "./rounds.ts";

/** Somebody who reads along sees such a pause. */
const STALL_MS = 250;

/** Many streams that begin at the same moment: whether any of them stands still. */
export async function measureAtOnce(bench: Bench, options: AiOptions): Promise<Section> {
  const { streams, chunks, gapMs, rounds } = options;
  const load = { chunks, gapMs, stream: true, clients: streams, seconds: 0, open: false };
  const measured = await inTurn(bench, rounds, load);
  const stalls = ({ rounds: reports }: Measured) =>
    reports.flatMap(({ longestGaps }) => [...longestGaps]).filter((gap) => gap > STALL_MS).length;
  return {
    title: `${streams} streams at once, each ${chunks} chunks ${gapMs} ms apart`,
    columns: [
      "asked",
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
      `stall: a pause of more than ${STALL_MS} ms; each chunk: added between the upstream and the client`,
      busyNote(measured),
    ],
    aims: measured
      .filter(({ target }) => target.name === VEGA)
      .map((one) => ({
        what: `${streams} streams at once: ${stalls(one)} stalls, aim 0`,
        met: stalls(one) === 0 && faultsOf([one]).length === 0,
      })),
    faults: faultsOf(measured),
    raw: { stall_ms: STALL_MS, targets: rawOf(measured) },
  };
}
