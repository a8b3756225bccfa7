import { show } from "../../src/statistics.ts";
import type { Aim, Section } from "../../src/report/section.ts";
import { PORTKEY, VEGA, against, isDirect, signed } from "./compare.ts";
import type { AiOptions } from "./options.ts";
import type { Bench, Measured } from "./rounds.ts";
import {
  added,
  completionsASecond,
  busyNote,
  cpuACompletion,
  faultsOf,
  measureRounds,
  pooled,
  rawOf,
} from "./rounds.ts";

const AIM_P50_MS = 1.5;
const AIM_P99_MS = 5;
const CLIENTS = [1, 64];
/** One chunk: the provider sends the text at once, also to a gateway that requests a stream. */
const SHAPE = { chunks: 1, gapMs: 0 };

/** Non-streaming completions, sequential in each of 1 and 64 clients. */
export async function measureNonStreaming(bench: Bench, options: AiOptions): Promise<Section> {
  const { rounds, seconds } = options;
  const load = { ...SHAPE, stream: false, seconds, open: true };
  const all: { clients: number; measured: Measured[] }[] = [];
  for (const clients of CLIENTS) {
    all.push({ clients, measured: await measureRounds(bench, rounds, { ...load, clients }) });
  }
  const flat = all.flatMap(({ measured }) => measured);
  return {
    title: `Non-streaming completions of a provider with a latency of ${options.waitMs} ms`,
    columns: [
      "clients",
      "target",
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
  "added: time of a completion without the provider's own latency, minus the same of direct completions";

const cpuSum = (one: Measured) =>
  Object.values(cpuACompletion(one)).reduce((sum, ms) => sum + ms, 0);

/** Processor time by process. */
function cpuNote(one: Measured): string {
  const parts = Object.entries(cpuACompletion(one)).map(([name, ms]) => `${name} ${show(ms)}`);
  return `VEGA's CPU ms a completion: ${parts.join(", ")}`;
}

function rows(clients: number, measured: readonly Measured[]): string[][] {
  return against(measured, (one, direct) => {
    const { p50, p99 } = pooled(one, "totals");
    const more = added(one, direct, "ways");
    return [
      String(clients),
      one.target.name,
      show(completionsASecond(one)),
      show(completionsASecond(one) / completionsASecond(direct)),
      show(p50),
      show(p99),
      ...(isDirect(one) ? [] : [signed(more.p50), signed(more.p99), show(cpuSum(one))]),
    ];
  });
}

function aims(clients: number, measured: readonly Measured[]): Aim[] {
  return against(measured, (one, direct) => ({
    name: one.target.name,
    perSecond: completionsASecond(one),
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
      what: `${clients} clients: ${what}`,
      met,
    }));
  });
}
