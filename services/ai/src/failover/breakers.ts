import type { Breaker, CallOutcome } from "./breaker.ts";
import { admit, closedBreaker, settle } from "./breaker.ts";

/** Health of a target, derived from its calls. */
export interface Health {
  readonly state: "closed" | "open" | "half_open";
  /** Milliseconds until the next call is allowed; 0: now. */
  readonly waitMs: number;
}

/** Permission for one call; `settled` is called exactly once. */
export interface Admission {
  settled(outcome: CallOutcome, reason?: string): void;
}

/** A breaker opened or closed. */
export interface BreakerChange {
  readonly key: string;
  readonly isOpen: boolean;
  /** Message of the last error. */
  readonly reason: string | undefined;
}

/** Circuit breakers of all targets, shared by all requests of the process. */
export interface Breakers {
  /** Undefined: the breaker is open. @param isLast the caller has no other target */
  admit(key: string, isLast?: boolean): Admission | undefined;
  health(key: string): Health;
  /** Keys of all targets called so far. */
  keys(): string[];
  /** Applies a provider's Retry-After. */
  pause(key: string, ms: number): void;
  /** Milliseconds left of the pause. */
  pausedMs(key: string): number;
}

/** A longer Retry-After is not believed: after this time the provider is called again. */
const LONGEST_PAUSE_MS = 300_000;

/**
 * @param now milliseconds of a monotonic clock
 * @param onChange called once per opening and closing; while another target serves the requests nothing else shows it
 */
export function createBreakers(
  now: () => number,
  onChange?: (change: BreakerChange) => void,
): Breakers {
  const breakers = new Map<string, Breaker>();
  const pauses = new Map<string, number>();
  const breakerOf = (key: string) => breakers.get(key) ?? closedBreaker;
  return {
    admit(key, isLast) {
      const { breaker, permit } = admit(breakerOf(key), now(), isLast);
      breakers.set(key, breaker);
      if (!permit) return undefined;
      return {
        settled(outcome, reason) {
          const before = breakerOf(key);
          const after = settle(before, permit, outcome, now());
          breakers.set(key, after);
          if (before.state === after.state) return;
          onChange?.({ key, isOpen: after.state === "open", reason });
        },
      };
    },
    health(key) {
      const breaker = breakerOf(key);
      if (breaker.state === "closed") return { state: "closed", waitMs: 0 };
      const waitMs = Math.max(0, breaker.until - now());
      return { state: waitMs > 0 ? "open" : "half_open", waitMs };
    },
    keys: () => [...breakers.keys()],
    pause(key, ms) {
      pauses.set(key, Math.max(pauses.get(key) ?? 0, now() + Math.min(ms, LONGEST_PAUSE_MS)));
    },
    pausedMs(key) {
      const left = (pauses.get(key) ?? 0) - now();
      if (left <= 0) pauses.delete(key);
      return Math.max(0, left);
    },
  };
}
