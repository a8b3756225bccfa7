import { median, show } from "./figures.ts";
import type { Round } from "./load.ts";
import type { Options } from "./options.ts";

const WARM_UP_SECONDS = 1;

/** Rounds of the platform and of a bare server in turn, so that what disturbs the machine disturbs both. */
export interface Compared {
  readonly connections: number;
  readonly vega: readonly Round[];
  readonly bare: readonly Round[];
  /** Requests a second of the platform for one of the bare server's: the median of the rounds' ratios. */
  readonly ratio: number;
}

/** Runs rounds in turn, after one of each that does not count. */
export async function sideBySide(
  { seconds, rounds }: Options,
  connections: number,
  vega: (connections: number, seconds: number) => Promise<Round>,
  bare: (connections: number, seconds: number) => Promise<Round>,
): Promise<Compared> {
  await bare(connections, Math.min(seconds, WARM_UP_SECONDS));
  await vega(connections, Math.min(seconds, WARM_UP_SECONDS));
  const compared = { connections, vega: [] as Round[], bare: [] as Round[] };
  const ratios: number[] = [];
  for (let turn = 0; turn < rounds; turn += 1) {
    const plain = await bare(connections, seconds);
    const real = await vega(connections, seconds);
    compared.bare.push(plain);
    compared.vega.push(real);
    ratios.push(real.perSecond / plain.perSecond);
  }
  return { ...compared, ratio: median(ratios) };
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

const medians = (rounds: readonly Round[]) =>
  (["perSecond", "p50", "p99"] as const).map((figure) =>
    show(median(rounds.map((round) => round[figure]))),
  );

/** A line of a table: medians of the rounds. */
export function comparedRow({ connections, vega, bare, ratio }: Compared): string[] {
  return [String(connections), ...medians(vega), ...medians(bare), show(ratio)];
}

/** Whether it may have been the load generator that was measured. */
export function generatorNote(compared: readonly Compared[]): string {
  const busy = compared.flatMap(({ vega, bare }) => [...vega, ...bare].map((it) => it.generator));
  return `load generator busy at most ${show(Math.max(...busy) * 100)} % of the time`;
}

/** What makes the figures worthless, or nothing. */
export function failuresOf(compared: readonly Compared[]): string[] {
  return compared.flatMap(({ connections, vega, bare }) => {
    const failed = [...vega, ...bare].reduce((sum, round) => sum + round.failed, 0);
    return failed === 0 ? [] : [`${failed} answers at ${connections} connections were not 2xx`];
  });
}
