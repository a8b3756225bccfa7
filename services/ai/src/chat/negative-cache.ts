/** Names whose operation failed recently and is not retried before the entry expires. */
export interface NegativeCache {
  has(name: string): boolean;
  add(name: string): void;
}

/** Maximum number of names; the oldest is evicted. */
const MAX_NAMES = 1_000;

/**
 * @param ttlMs lifetime of an entry, ms
 * @param now milliseconds of a monotonic clock
 */
export function createResting(ttlMs: number, now: () => number): NegativeCache {
  const expiry = new Map<string, number>();
  return {
    has: (name) => (expiry.get(name) ?? 0) > now(),
    add(name) {
      expiry.delete(name);
      expiry.set(name, now() + ttlMs);
      const [oldest] = expiry.keys();
      if (expiry.size > MAX_NAMES && oldest !== undefined) expiry.delete(oldest);
    },
  };
}
