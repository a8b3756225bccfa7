/** The middle value; the lower of the two for an even number. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The quantile by the nearest-rank method. @param share 0..1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const [p50 = NaN, p99 = NaN, max = NaN] = [0.5, 0.99, 1].map((share) => quantile(values, share));
  return { p50, p99, max };
}

/** A number as text: whole and grouped from 100 on, below that with one or two decimals. */
export function show(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** p50, p99 and maximum as cells of a table. */
export const spreadCells = ({ p50, p99, max }: Spread): string[] => [p50, p99, max].map(show);

export interface Ratio {
  /** Of the medians, after ÷ before. */
  readonly ratio: number;
  /** The 95 % interval of the ratio. */
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 10_000;

/**
 * Ratio of two medians with its bootstrap interval. Rounds are drawn in pairs, because both values of a round saw the
 * same machine.
 * @param seed the same seed gives the same interval
 */
export function ratioOfMedians(
  before: readonly number[],
  after: readonly number[],
  seed = 1,
): Ratio {
  if (before.length !== after.length) throw new Error("before and after differ in rounds");
  const random = seededRandom(seed);
  const ratios = Array.from({ length: RESAMPLES }, () => {
    const picks = before.map(() => Math.floor(random() * before.length));
    const pick = (values: readonly number[]) => median(picks.map((at) => values[at] ?? Number.NaN));
    return pick(after) / pick(before);
  });
  return {
    ratio: median(after) / median(before),
    low: quantile(ratios, 0.025),
    high: quantile(ratios, 0.975),
  };
}

/** Numbers in 0..1 that depend on the seed alone: the linear congruential generator of Numerical Recipes. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
