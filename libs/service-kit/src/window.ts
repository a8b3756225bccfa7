/** Counts events by kind over the last seconds. */
export interface WindowCounter<Kind extends string> {
  count(kind: Kind): void;
  /** Counts within the window, by kind. */
  totals(): Record<Kind, number>;
  readonly windowSeconds: number;
}

/**
 * Counts in buckets of one second, so memory is bounded by the window.
 * @param now milliseconds, monotonic
 */
export function createWindowCounter<Kind extends string>(
  kinds: readonly Kind[],
  windowSeconds: number,
  now: () => number,
): WindowCounter<Kind> {
  const empty = () => Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
  const buckets = new Map<number, Record<Kind, number>>();
  const forget = (second: number) => {
    for (const key of buckets.keys()) if (key <= second - windowSeconds) buckets.delete(key);
  };
  return {
    windowSeconds,
    count(kind) {
      const second = Math.floor(now() / 1_000);
      let bucket = buckets.get(second);
      if (!bucket) {
        forget(second);
        buckets.set(second, (bucket = empty()));
      }
      bucket[kind] += 1;
    },
    totals() {
      forget(Math.floor(now() / 1_000));
      const sum = empty();
      for (const bucket of buckets.values()) for (const kind of kinds) sum[kind] += bucket[kind];
      return sum;
    },
  };
}
