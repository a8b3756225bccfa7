import type { Breaker, CallOutcome } from "./breaker.ts";
import { admit, closedBreaker, settle } from "./breaker.ts";

/** How a model of a provider does, as far as calls have shown. */
export interface Health {
  readonly state: "closed" | "open" | "half_open";
  /** Milliseconds until it may be called again; 0 = now. */
  readonly waitMs: number;
}

/** Leave to call; `settled` has to be told once how it went, and why where it failed. */
export interface Admission {
  settled(outcome: CallOutcome, why?: string): void;
}

/** A model is left alone from now on, or is used again. */
export interface Turn {
  readonly key: string;
  readonly leftAlone: boolean;
  /** Of the last failure. */
  readonly why: string | undefined;
}

/** What is known of all models, shared by all requests of the process. */
export interface Breakers {
  /** Undefined: it is left alone for now. */
  admit(key: string): Admission | undefined;
  health(key: string): Health;
  /** All that were called so far. */
  keys(): string[];
  /** The provider asked to be left alone, for so many milliseconds. */
  pause(key: string, ms: number): void;
  /** Milliseconds that are left of such a pause. */
  pausedMs(key: string): number;
}

/**
 * @param now milliseconds of a clock that does not go backwards
 * @param onTurn told once for each turn: callers see nothing of it while another model answers
 */
export function createBreakers(now: () => number, onTurn?: (turn: Turn) => void): Breakers {
  const breakers = new Map<string, Breaker>();
  const pauses = new Map<string, number>();
  const of = (key: string) => breakers.get(key) ?? closedBreaker;
  return {
    admit(key) {
      const { breaker, pass } = admit(of(key), now());
      breakers.set(key, breaker);
      if (!pass) return undefined;
      return {
        settled(outcome, why) {
          const before = of(key);
          const after = settle(before, pass, outcome, now());
          breakers.set(key, after);
          if (before.state === after.state) return;
          onTurn?.({ key, leftAlone: after.state === "open", why });
        },
      };
    },
    health(key) {
      const breaker = of(key);
      if (breaker.state === "closed") return { state: "closed", waitMs: 0 };
      const waitMs = Math.max(0, breaker.until - now());
      return { state: waitMs > 0 ? "open" : "half_open", waitMs };
    },
    keys: () => [...breakers.keys()],
    pause(key, ms) {
      pauses.set(key, Math.max(pauses.get(key) ?? 0, now() + ms));
    },
    pausedMs(key) {
      const left = (pauses.get(key) ?? 0) - now();
      if (left <= 0) pauses.delete(key);
      return Math.max(0, left);
    },
  };
}
