/** What failed a short while ago and is not tried again until that is over. */
export interface NegativeCache {
  has(name: string): boolean;
  add(name: string): void;
}

/** Names at most; the oldest goes for the newest. */
const MOST = 1_000;

/**
 * @param restMs how long one rests
 * @param now a clock that never runs backwards, in milliseconds
 */
export function createResting(restMs: number, now: () => number): NegativeCache {
  const until = new Map<string, number>();
  return {
    has: (name) => (until.get(name) ?? 0) > now(),
    add(name) {
      until.delete(name);
      until.set(name, now() + restMs);
      const [oldest] = until.keys();
      if (until.size > MOST && oldest !== undefined) until.delete(oldest);
    },
  };
}
