/** Lets one of a kind through in each interval and counts the others. */
export interface Throttle {
  /**
   * How many of this kind were held back since the last one that was let through; undefined where this one is to be
   * held back, too. What was held back last is told with the next one, however late that comes.
   * @param now milliseconds of a clock; one that goes backwards lets through.
   */
  pass(kind: string, now: number): number | undefined;
}

export function createThrottle(intervalMs: number): Throttle {
  const kinds = new Map<string, { passedAt: number; suppressed: number }>();
  return {
    pass(kind, now) {
      const state = kinds.get(kind);
      if (state && now >= state.passedAt && now - state.passedAt < intervalMs) {
        state.suppressed += 1;
        return undefined;
      }
      kinds.set(kind, { passedAt: now, suppressed: 0 });
      return state?.suppressed ?? 0;
    },
  };
}
