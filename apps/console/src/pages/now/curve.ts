import type { CoresView } from "@vega/contracts/crystal/apply";

/** A point of one core. `time` in seconds since the epoch. */
interface Point {
  readonly sequence: number;
  readonly time: string;
  readonly power: number;
}

/** The response of GET /api/history/cores. */
export interface CoreHistory {
  readonly series: Readonly<Record<string, readonly Point[]>>;
}

/** Sequences and times of the columns, then the power of each core; null between the points of a core. */
export interface Curves {
  readonly sequences: readonly number[];
  /** Seconds since the epoch. */
  readonly times: readonly number[];
  readonly powers: readonly (readonly (number | null)[])[];
}

export const CORES = ["alpha", "omega", "vega", "mirror"] as const;

/** Aligns the series of the cores, which have points of their own each. */
export function alignCurves({ series }: CoreHistory): Curves {
  const columns = new Map<number, number>();
  for (const name of CORES) {
    for (const { sequence, time } of series[name] ?? [])
      columns.set(sequence, Date.parse(time) / 1_000);
  }
  const sequences = [...columns.keys()].toSorted((a, b) => a - b);
  const powers = CORES.map((name) => {
    const bySequence = new Map((series[name] ?? []).map((point) => [point.sequence, point.power]));
    return sequences.map((sequence) => bySequence.get(sequence) ?? null);
  });
  return { sequences, times: sequences.map((sequence) => columns.get(sequence) ?? 0), powers };
}

/** Adds a point of every core, and drops what is older than the period. @param time seconds */
export function extendCurves(
  curves: Curves,
  { sequence, time }: { sequence: number; time: number },
  cores: CoresView,
  periodSeconds: number,
): Curves {
  if (sequence <= (curves.sequences.at(-1) ?? 0)) return curves;
  const from = curves.times.findIndex((one) => one >= time - periodSeconds);
  const start = from === -1 ? curves.times.length : from;
  return {
    sequences: [...curves.sequences.slice(start), sequence],
    times: [...curves.times.slice(start), time],
    powers: curves.powers.map((power, index) => [
      ...power.slice(start),
      cores[CORES[index] ?? "alpha"].power,
    ]),
  };
}
