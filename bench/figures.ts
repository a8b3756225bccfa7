/** The value in the middle; with an even number the lower of the two. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The smallest of the values that this share of all (0..1) does not exceed: the nearest rank. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** How values are spread. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const [p50 = NaN, p99 = NaN, max = NaN] = [0.5, 0.99, 1].map((share) => quantile(values, share));
  return { p50, p99, max };
}

/** A number for people: whole and grouped from a hundred on, else with so many digits that it says something. */
export function show(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
