import type { ModelError } from "../models/language-model.ts";
import { backOffMs } from "./limits.ts";
import type { Target } from "./target.ts";

export interface FailedCall {
  readonly chain: readonly Target[];
  /** Index of the target whose call failed. */
  readonly index: number;
  /** Retries of this target so far. */
  readonly retry: number;
  /** A model with a larger context window was already selected. */
  readonly enlarged: boolean;
  /** The delivered part can't be continued: it contains tool calls. */
  readonly fixed: boolean;
  /** The retried completion differed from the delivered text. */
  readonly diverged: boolean;
  /** From 0 up to 1. */
  readonly random: number;
}

export type RetryDecision =
  | { readonly do: "retry"; readonly afterMs: number }
  | { readonly do: "next"; readonly index: number; readonly enlarged?: true }
  | { readonly do: "give_up" };

const GIVE_UP: RetryDecision = { do: "give_up" };

/** The reaction to a failed call. The index of `next` is always within the chain. */
export function decideRetry(error: ModelError, failed: FailedCall): RetryDecision {
  const { chain, index, retry, random } = failed;
  const next: RetryDecision = index + 1 < chain.length ? { do: "next", index: index + 1 } : GIVE_UP;
  if (failed.fixed) return GIVE_UP;
  if (failed.diverged) return next;
  switch (error.kind) {
    case "cancelled":
    case "content_filter":
      return GIVE_UP;
    case "context_too_long":
      return failed.enlarged ? GIVE_UP : larger(chain, index);
    case "unauthorized":
    case "no_text":
      return next;
    case "invalid":
      return isOfTarget(error.status) ? next : GIVE_UP;
    case "timed_out":
      if (next.do === "next") return next;
      break;
    case "rate_limited":
    case "unavailable":
    case "broken_stream":
      break;
  }
  const { retries, maxRetryAfterMs } = (chain[index] as Target).limits;
  const { retryAfterMs } = error;
  if (retry >= retries) return next;
  if (retryAfterMs === undefined) return { do: "retry", afterMs: backOffMs(retry, random) };
  if (retryAfterMs > maxRetryAfterMs) return next;
  return { do: "retry", afterMs: Math.max(retryAfterMs, backOffMs(retry, random)) };
}

/**
 * Whether another target may accept the request: this one has no such model or route (404, 405), moved (3xx), sent
 * nothing (204), is in a state of its own (409), or understands less (422).
 */
const isOfTarget = (status: number | undefined): boolean =>
  status !== undefined && (status < 400 || [404, 405, 409, 422].includes(status));

/** The next model with a known larger context window; else the next one with an unknown window. */
function larger(chain: readonly Target[], index: number): RetryDecision {
  const window = chain[index]?.contextWindow;
  const later = chain.map((target, at) => ({ target, at })).slice(index + 1);
  const found =
    later.find(({ target }) => window !== undefined && (target.contextWindow ?? 0) > window) ??
    later.find(({ target }) => window === undefined || target.contextWindow === undefined);
  return found ? { do: "next", index: found.at, enlarged: true } : GIVE_UP;
}
