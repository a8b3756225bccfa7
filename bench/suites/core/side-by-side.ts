import { alternateRounds } from "../../src/load/alternate.ts";
import type { LoadRound } from "../../src/load/http-load.ts";
import { median, show } from "../../src/statistics.ts";
import type { Options } from "./options.ts";

const WARM_UP_SECONDS = 1;

/** Alternating rounds of the platform and of a bare server. */
export interface Compared {
  readonly connections: number;
  readonly vega: readonly LoadRound[];
  readonly bare: readonly LoadRound[];
  /** Requests a second of the platform ÷ those of the bare server: the median of the rounds' ratios. */
  readonly ratio: number;
}

type Load = (connections: number, seconds: number) => Promise<LoadRound>;

/** Alternates rounds, after an unrecorded warm-up of each. */
export async function sideBySide(
  { seconds, rounds }: Pick<Options, "seconds" | "rounds">,
  connections: number,
  loads: { readonly vega: Load; readonly bare: Load },
): Promise<Compared> {
  const subject = (load: Load) => (round: number) =>
    load(connections, round === 0 ? Math.min(seconds, WARM_UP_SECONDS) : seconds);
  const subjects = new Map([
    ["bare", subject(loads.bare)],
    ["vega", subject(loads.vega)],
  ]);
  const results = await alternateRounds({ rounds, warmUp: true }, subjects);
  const [bare = [], vega = []] = results.values();
  const ratios = vega.map((round, at) => round.perSecond / (bare[at]?.perSecond ?? Number.NaN));
  return { connections, vega, bare, ratio: median(ratios) };
}

export const COMPARED_COLUMNS = [
  "connections",
  "VEGA/s",
  "p50 ms",
  "p99 ms",
  "bare/s",
  "p50 ms",
  "p99 ms",
  "ratio",
];

const medians = (rounds: readonly LoadRound[]) =>
  (["perSecond", "p50", "p99"] as const).map((figure) =>
    show(median(rounds.map((round) => round[figure]))),
  );

/** A row of a table: medians of the rounds. */
export function comparedRow({ connections, vega, bare, ratio }: Compared): string[] {
  return [String(connections), ...medians(vega), ...medians(bare), show(ratio)];
}

/** Shows whether the load generator was the bottleneck. */
export function generatorNote(compared: readonly Compared[]): string {
  const busy = compared.flatMap(({ vega, bare }) => [...vega, ...bare].map((it) => it.generator));
  return `load generator busy at most ${show(Math.max(...busy) * 100)} % of the time`;
}

/** Errors that make the figures invalid. */
export function failuresOf(compared: readonly Compared[]): string[] {
  return compared.flatMap(({ connections, vega, bare }) => {
    const failed = [...vega, ...bare].reduce((sum, round) => sum + round.failed, 0);
    return failed === 0 ? [] : [`${failed} responses at ${connections} connections were not 2xx`];
  });
}
