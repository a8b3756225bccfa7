/** Delay between attempts and its largest jitter, so that clients do not reconnect in step. */
const PACE_MS = 250;
const JITTER_MS = 100;

/**
 * Delays between reconnect attempts, for `reconnectDelayHandler`. The client itself uses the wall clock: after a step back
 * by an hour it would not try for an hour. This uses a monotonic clock.
 * @param now milliseconds, monotonic
 * @param random from 0 up to 1
 * @returns called before each attempt: the remaining delay, or a value that has passed by any wall clock
 */
export function reconnectPace(now: () => number, random: () => number): () => number {
  let next = -Infinity;
  return () => {
    const rest = next - now();
    if (rest > 0) return rest;
    next = now() + PACE_MS + random() * JITTER_MS;
    return -Infinity;
  };
}
