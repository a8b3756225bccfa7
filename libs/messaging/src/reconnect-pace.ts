/** From one try to the next, and how much longer one may be, so that not all come at once. Milliseconds. */
const PACE_MS = 250;
const JITTER_MS = 100;

/**
 * The pace of tries to come back to the bus, for `reconnectDelayHandler`. The client by itself goes by the clock of the
 * machine: set back by an hour, it would not try for an hour. This one goes by a clock that is never set.
 * @param now milliseconds of a clock that never goes back
 * @param random from 0 up to 1
 * @returns asked before each try: milliseconds still to wait, or what counts as over whatever the client's clock says
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
