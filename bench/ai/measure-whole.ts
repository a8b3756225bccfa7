import { show } from "../figures.ts";
import type { Aim, Section } from "../section.ts";
import { PORTKEY, VEGA, against, isDirect, signed } from "./compare.ts";
import type { AiOptions } from "./options.ts";
import type { Bench, Measured } from "./rounds.ts";
import {
  added,
  answersASecond,
  busyNote,
  cpuAnAnswer,
  faultsOf,
  inTurn,
  pooled,
  rawOf,
} from "./rounds.ts";

const AIM_P50_MS = 1.5;
const AIM_P99_MS = 5;
const CLIENTS = [1, 64];
/** An answer that is not streamed comes from the upstream at once, also to a gateway that asks for a stream. */
const MANNER = { chunks: 1, gapMs: 0 };

/** Whole answers, asked for one after the other by so many clients. */
export async function measureWhole(bench: Bench, options: AiOptions): Promise<Section> {
  const { rounds, seconds } = options;
  const load = { ...MANNER, stream: false, seconds, open: true };
  const all: { clients: number; measured: Measured[] }[] = [];
  for (const clients of CLIENTS) {
    all.push({ clients, measured: await inTurn(bench, rounds, { ...load, clients }) });
  }
  const flat = all.flatMap(({ measured }) => measured);
  return {
    title: `Whole answers of an upstream that takes ${options.waitMs} ms`,
    columns: [
      "clients",
      "asked",
      "requests/s",
      "of direct",
      "p50 ms",
      "p99",
      "added p50",
      "added p99",
      "CPU ms",
    ],
    rows: all.flatMap(({ clients, measured }) => rows(clients, measured)),
    notes: [
      ADDED_NOTE,
      ...flat.filter((one) => one.target.name === VEGA).map(cpuNote),
      busyNote(flat),
    ],
    aims: all.flatMap(({ clients, measured }) => aims(clients, measured)),
    faults: faultsOf(flat),
    raw: all.map(({ clients, measured }) => ({ clients, targets: rawOf(measured) })),
  };
}

const ADDED_NOTE =
  "added: what is not the upstream's own time in each answer, less the same of the direct answers";

const cpuSum = (one: Measured) => Object.values(cpuAnAnswer(one)).reduce((sum, ms) => sum + ms, 0);

/** Where the processor's time goes. */
function cpuNote(one: Measured): string {
  const parts = Object.entries(cpuAnAnswer(one)).map(([name, ms]) => `${name} ${show(ms)}`);
  return `VEGA's CPU ms an answer: ${parts.join(", ")}`;
}

function rows(clients: number, measured: readonly Measured[]): string[][] {
  return against(measured, (one, direct) => {
    const { p50, p99 } = pooled(one, "totals");
    const more = added(one, direct, "ways");
    return [
      String(clients),
      one.target.name,
      show(answersASecond(one)),
      show(answersASecond(one) / answersASecond(direct)),
      show(p50),
      show(p99),
      ...(isDirect(one) ? [] : [signed(more.p50), signed(more.p99), show(cpuSum(one))]),
    ];
  });
}

function aims(clients: number, measured: readonly Measured[]): Aim[] {
  return against(measured, (one, direct) => ({
    name: one.target.name,
    perSecond: answersASecond(one),
    ...added(one, direct, "ways"),
  })).flatMap((one, _, all) => {
    if (one.name !== VEGA) return [];
    const own = [
      { what: `added p50 ${signed(one.p50)} ms, aim ≤ ${AIM_P50_MS}`, met: one.p50 <= AIM_P50_MS },
      { what: `added p99 ${signed(one.p99)} ms, aim ≤ ${AIM_P99_MS}`, met: one.p99 <= AIM_P99_MS },
    ];
    const faster = all
      .filter(({ name }) => name === PORTKEY)
      .flatMap((other) => [
        { what: `added p50 below Portkey's ${signed(other.p50)} ms`, met: one.p50 < other.p50 },
        {
          what: `requests a second above Portkey's ${show(other.perSecond)}`,
          met: one.perSecond > other.perSecond,
        },
      ]);
    return [...(clients === 1 ? own : []), ...faster].map(({ what, met }) => ({
      what: `${clients} at once: ${what}`,
      met,
    }));
  });
}
