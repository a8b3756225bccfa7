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
      /** Outcomes of the last calls, the latest last. */
      readonly recent: readonly Exclude<CallOutcome, "neutral">[];
      /** Increases with each closing: results of calls admitted earlier are ignored. */
      readonly epoch: number;
    }
  | {
      readonly state: "open";
      /** From then on one call may probe. Its admission moves the time on, so there is one probe at a time. */
      readonly until: number;
      readonly waitMs: number;
      /** No call failed, each was only slow: those that have no other target may still call this one. */
      readonly isSlow: boolean;
      readonly epoch: number;
    };

/** Permission for one call. */
export interface Permit {
  readonly probe: boolean;
  readonly epoch: number;
}

/**
 * `slow`: no first token in time from a target that can be reached: it may be loading a model, or busy.
 * `neutral`: the call was cancelled and has no meaning for the target's health.
 */
export type CallOutcome = "answered" | "slow" | "failed" | "neutral";

export const closedBreaker: Breaker = { state: "closed", consecutive: 0, recent: [], epoch: 0 };

/**
 * Requests a permit; undefined: the breaker is open.
 * @param isLast the caller has no other target
 */
export function admit(
  breaker: Breaker,
  now: number,
  isLast = false,
): { readonly breaker: Breaker; readonly permit: Permit | undefined } {
  const { epoch } = breaker;
  if (breaker.state === "closed") return { breaker, permit: { probe: false, epoch } };
  if (now < breaker.until) {
    const permit = isLast && breaker.isSlow ? { probe: true, epoch } : undefined;
    return { breaker, permit };
  }
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
    if (outcome === "failed") return { ...breaker, isSlow: false };
    return outcome === "neutral" ? { ...breaker, until: now } : breaker;
  }
  if (outcome === "neutral") return breaker;
  const consecutive = outcome === "answered" ? 0 : breaker.consecutive + 1;
  const recent = [...breaker.recent, outcome].slice(-WINDOW);
  const failures = recent.filter((one) => one !== "answered").length;
  if (consecutive >= MAX_CONSECUTIVE || (recent.length === WINDOW && failures * 2 >= WINDOW)) {
    const { epoch } = breaker;
    const isSlow = !recent.includes("failed");
    return { state: "open", until: now + FIRST_WAIT_MS, waitMs: FIRST_WAIT_MS, isSlow, epoch };
  }
  return { ...breaker, consecutive, recent };
}
