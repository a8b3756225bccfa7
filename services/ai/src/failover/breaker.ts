/*
 * A circuit breaker, as a value: what is called again and again in vain is left alone for a while.
 * Source of the pattern: https://martinfowler.com/bliki/CircuitBreaker.html
 */

/** Failures in a row that open it. */
const IN_A_ROW = 5;
/** Of this many last calls, half failed: open, too. */
const WINDOW = 20;
const FIRST_WAIT_MS = 5_000;
/** With the time of a probe itself, what has recovered is used again within 30 seconds. */
const LONGEST_WAIT_MS = 25_000;

/** Times are milliseconds of one clock that does not go backwards. */
export type Breaker =
  | {
      readonly state: "closed";
      readonly inARow: number;
      /** Whether each of the last calls failed, the latest last. */
      readonly recent: readonly boolean[];
      /** Counts how often it closed: a call from before says nothing about now. */
      readonly epoch: number;
    }
  | {
      readonly state: "open";
      /** From then on one call may probe; that call moves it on, so there is one probe at a time. */
      readonly until: number;
      readonly waitMs: number;
      readonly epoch: number;
    };

/** Leave to make one call. */
export interface Pass {
  readonly probe: boolean;
  readonly epoch: number;
}

/** `neutral`: the call was cancelled and says nothing. */
export type CallOutcome = "answered" | "failed" | "neutral";

export const closedBreaker: Breaker = { state: "closed", inARow: 0, recent: [], epoch: 0 };

/** Asks to make a call. `pass` undefined: not now. */
export function admit(
  breaker: Breaker,
  now: number,
): { readonly breaker: Breaker; readonly pass: Pass | undefined } {
  const { epoch } = breaker;
  if (breaker.state === "closed") return { breaker, pass: { probe: false, epoch } };
  if (now < breaker.until) return { breaker, pass: undefined };
  const waitMs = Math.min(breaker.waitMs * 2, LONGEST_WAIT_MS);
  // Counted from the probe's start: a probe that hangs must not put off the next one.
  return {
    breaker: { ...breaker, until: now + waitMs, waitMs },
    pass: { probe: true, epoch },
  };
}

/** Tells how an admitted call went. */
export function settle(breaker: Breaker, pass: Pass, outcome: CallOutcome, now: number): Breaker {
  if (pass.epoch !== breaker.epoch) return breaker;
  if (breaker.state === "open") {
    // Calls from before it opened say nothing new.
    if (!pass.probe) return breaker;
    if (outcome === "answered") return { ...closedBreaker, epoch: breaker.epoch + 1 };
    return outcome === "neutral" ? { ...breaker, until: now } : breaker;
  }
  if (outcome === "neutral") return breaker;
  const failed = outcome === "failed";
  const inARow = failed ? breaker.inARow + 1 : 0;
  const recent = [...breaker.recent, failed].slice(-WINDOW);
  const failures = recent.filter(Boolean).length;
  if (inARow >= IN_A_ROW || (recent.length === WINDOW && failures * 2 >= WINDOW)) {
    const { epoch } = breaker;
    return { state: "open", until: now + FIRST_WAIT_MS, waitMs: FIRST_WAIT_MS, epoch };
  }
  return { ...breaker, inARow, recent };
}
