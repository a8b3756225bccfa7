import type { ModelFault } from "../models/language-model.ts";
import { backOffMs } from "./limits.ts";
import type { Target } from "./target.ts";

/** What is known when a call has failed. */
export interface Situation {
  readonly chain: readonly Target[];
  /** Whose call failed. */
  readonly index: number;
  /** How often this one was called again already. */
  readonly retry: number;
  /** A larger model was asked already. */
  readonly enlarged: boolean;
  /** What is there of the answer can't be gone on with: calls of tools went out. */
  readonly fixed: boolean;
  /** The answer was made again and came out another one. */
  readonly departed: boolean;
  /** From 0 up to 1. */
  readonly random: number;
}

export type Step =
  | { readonly do: "retry"; readonly afterMs: number }
  | { readonly do: "next"; readonly index: number; readonly enlarged?: true }
  | { readonly do: "give_up" };

const GIVE_UP: Step = { do: "give_up" };

/** What there is to be done about a fault. A `next` never leads beyond the chain. */
export function nextStep(fault: ModelFault, situation: Situation): Step {
  const { chain, index, retry, random } = situation;
  const next: Step = index + 1 < chain.length ? { do: "next", index: index + 1 } : GIVE_UP;
  if (situation.fixed) return GIVE_UP;
  if (situation.departed) return next;
  switch (fault.kind) {
    case "cancelled":
    case "content_filter":
      return GIVE_UP;
    case "context_too_long":
      return situation.enlarged ? GIVE_UP : larger(chain, index);
    case "unauthorized":
      return next;
    case "invalid":
      // Another provider may have the model that this one has not.
      return fault.status === 404 ? next : GIVE_UP;
    case "timed_out":
      if (next.do === "next") return next;
      break;
    case "rate_limited":
    case "unavailable":
    case "broken_stream":
      break;
  }
  const { retries, maxRetryAfterMs } = (chain[index] as Target).limits;
  const { retryAfterMs } = fault;
  if (retry >= retries) return next;
  if (retryAfterMs === undefined) return { do: "retry", afterMs: backOffMs(retry, random) };
  return retryAfterMs <= maxRetryAfterMs ? { do: "retry", afterMs: retryAfterMs } : next;
}

/** The next model that is known to take more; if there is none, the next one of which it is not known. */
function larger(chain: readonly Target[], index: number): Step {
  const window = chain[index]?.contextWindow;
  const later = chain.map((target, at) => ({ target, at })).slice(index + 1);
  const found =
    later.find(({ target }) => window !== undefined && (target.contextWindow ?? 0) > window) ??
    later.find(({ target }) => window === undefined || target.contextWindow === undefined);
  return found ? { do: "next", index: found.at, enlarged: true } : GIVE_UP;
}
