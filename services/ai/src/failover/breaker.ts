/*
 * A circuit breaker as an immutable value.
 * Source of the pattern: https://martinfowler.com/bliki/CircuitBreaker.html
 */

/** Consecutive failures that open it. */
const MAX_CONSECUTIVE = 5;
/** Half of the last calls failed: it opens, too. */
const WINDOW = 20;
const FIRST_WAIT_MS = 5_000;
/** Together with the time of a probe, a recovered target is used again within 30 seconds. */
const MAX_WAIT_MS = 25_000;

/** Times are milliseconds of one monotonic clock. */
export type Breaker =
  | {
      readonly state: "closed";
      readonly consecutive: number;
      /** Whether each of the last calls failed, the latest last. */
      readonly recent: readonly boolean[];
      /** Increases with each closing: results of calls admitted earlier are ignored. */
      readonly epoch: number;
    }
  | {
      readonly state: "open";
      /** From then on one call may probe. Its admission moves the time on, so there is one probe at a time. */
      readonly until: number;
      readonly waitMs: number;
      readonly epoch: number;
    };

/** Permission for one call. */
export interface Permit {
  readonly probe: boolean;
  readonly epoch: number;
}

/** `neutral`: the call was cancelled and has no meaning for the target's health. */
export type CallOutcome = "answered" | "failed" | "neutral";

export const closedBreaker: Breaker = { state: "closed", consecutive: 0, recent: [], epoch: 0 };

/** Requests a permit; undefined: the breaker is open. */
export function admit(
  breaker: Breaker,
  now: number,
): { readonly breaker: Breaker; readonly permit: Permit | undefined } {
  const { epoch } = breaker;
  if (breaker.state === "closed") return { breaker, permit: { probe: false, epoch } };
  if (now < breaker.until) return { breaker, permit: undefined };
  const waitMs = Math.min(breaker.waitMs * 2, MAX_WAIT_MS);
  // From the start of the probe: a probe that hangs does not delay the next one.
  return {
    breaker: { ...breaker, until: now + waitMs, waitMs },
    permit: { probe: true, epoch },
  };
}

/** Applies the outcome of an admitted call. */
export function settle(
  breaker: Breaker,
  permit: Permit,
  outcome: CallOutcome,
  now: number,
): Breaker {
  if (permit.epoch !== breaker.epoch) return breaker;
  if (breaker.state === "open") {
    // Calls admitted before it opened change nothing.
    if (!permit.probe) return breaker;
    if (outcome === "answered") return { ...closedBreaker, epoch: breaker.epoch + 1 };
    return outcome === "neutral" ? { ...breaker, until: now } : breaker;
  }
  if (outcome === "neutral") return breaker;
  const failed = outcome === "failed";
  const consecutive = failed ? breaker.consecutive + 1 : 0;
  const recent = [...breaker.recent, failed].slice(-WINDOW);
  const failures = recent.filter(Boolean).length;
  if (consecutive >= MAX_CONSECUTIVE || (recent.length === WINDOW && failures * 2 >= WINDOW)) {
    const { epoch } = breaker;
    return { state: "open", until: now + FIRST_WAIT_MS, waitMs: FIRST_WAIT_MS, epoch };
  }
  return { ...breaker, consecutive, recent };
}
