import type { Attempt } from "./attempt.ts";
import { attemptOf, skipped } from "./attempt.ts";
import type { CallOutcome } from "./breaker.ts";
import type { Breakers } from "./breakers.ts";
import type { CallEnd } from "./call.ts";
import { startCall } from "./call.ts";
import { continuationFor } from "./continuation.ts";
import { decideRetry } from "./retry-policy.ts";
import { createPrefixFilter, emptyPrefix, hasDelivered } from "./delivered-prefix.ts";
import { breakerOpenError, interrupted, namedAfter, withFirstCause } from "./errors.ts";
import { pause } from "./pause.ts";
import type { Target } from "./target.ts";
import { targetKey } from "./target.ts";
import type { ChatRequest, ModelEvent, Usage } from "../models/language-model.ts";
import { ModelError } from "../models/language-model.ts";
import type { CallObserver } from "../observe/observer.ts";
import { noopObserver } from "../observe/observer.ts";

export type CompletionEvent =
  | ModelEvent
  /** A call failed or was skipped. Events that follow are another call's. */
  | { readonly kind: "attempt_failed"; readonly attempt: Attempt }
  /** Events that follow are this model's. Sent again when another model continues the completion. */
  | { readonly kind: "started"; readonly provider: string; readonly model: string }
  /** Deltas so far are void: the next call starts the completion from scratch. */
  | { readonly kind: "restart" }
  /** The completion is whole, by this call. The last event. */
  | { readonly kind: "completed"; readonly attempt: Attempt };

export interface CompletionOptions {
  /** Targets in the order of the calls, each with limits of its own. */
  readonly chain: readonly Target[];
  readonly breakers: Breakers;
  /** Cancels the call under way. */
  readonly signal: AbortSignal;
  /** The caller reads the completion as a whole: after an interruption it is retried from scratch (`restart`). */
  readonly buffered?: boolean | undefined;
  /** A completion without text, or ended by a content filter, counts as failed. */
  readonly needsText?: boolean | undefined;
  /** Milliseconds since the epoch, of a monotonic clock. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly observe?: CallObserver | undefined;
}

/** Jitter for requests that wait for the same rate limit. */
const SPREAD_MS = 250;

/**
 * Completes a request with the first model of a chain that can, and continues on another model after an interruption.
 * Throws ModelError where no model could; a truncated completion always ends with an error.
 */
export async function* complete(
  request: ChatRequest,
  options: CompletionOptions,
): AsyncGenerator<CompletionEvent, void> {
  const { chain, breakers, signal, buffered = false, now, random } = options;
  const { observe = noopObserver } = options;
  let delivered = emptyPrefix();
  let isVoid = false;
  const noPrefill = new Set<Target>();
  let enlarged = false;
  let retry = 0;
  let firstError: ModelError | undefined;
  let lastError: ModelError | undefined;

  for (let index = 0; index < chain.length;) {
    const target = chain[index] as Target;
    const key = targetKey(target);
    const pausedMs = breakers.pausedMs(key);
    const maySkip = pausedMs > target.limits.maxRetryAfterMs;
    if (pausedMs > 0 && !maySkip) await pause(pausedMs + random() * SPREAD_MS, signal);
    const admission = maySkip ? undefined : breakers.admit(key, index + 1 === chain.length);
    if (!admission) {
      const waitMs = maySkip ? pausedMs : breakers.health(key).waitMs;
      const reason = maySkip
        ? `rate limited by the provider for ${Math.ceil(waitMs / 1_000)} s`
        : "its circuit breaker is open";
      const attempt = skipped(target, now(), reason);
      observe(target, { kind: "chat", request }).ended(attempt);
      yield { kind: "attempt_failed", attempt };
      lastError ??= breakerOpenError(target, reason, maySkip, waitMs);
      index += 1;
      retry = 0;
      continue;
    }

    if (buffered && hasDelivered(delivered)) {
      delivered = emptyPrefix();
      isVoid = true;
    }
    const mayPrefill = !noPrefill.has(target);
    const next = continuationFor(target, request, delivered, mayPrefill);
    const startedAt = now();
    const observed = observe(target, { kind: "chat", request: next.request });
    const traced =
      observed.trace === undefined ? next.request : { ...next.request, trace: observed.trace };
    const call = startCall(target, traced, createPrefixFilter(delivered, next.start), options);
    let usage: Usage | undefined;
    let reason = "";
    try {
      for (let events; (events = await call.next()) !== undefined;) {
        for (const event of events) {
          if (event.kind === "output") {
            // Not earlier: without output of the new call the old text is kept.
            if (isVoid) yield { kind: "restart" };
            isVoid = false;
            yield { kind: "started", provider: target.provider, model: target.model };
            continue;
          }
          observed.event(event);
          if (event.kind === "usage") ({ usage } = event);
          if (event.kind === "finish") ({ reason } = event);
          yield event;
        }
      }
    } finally {
      // Also where the reader stops early.
      call.close();
      const end = call.end ?? abandoned;
      admission.settled(call.end ? outcomeOf(end) : "neutral", call.end?.error?.message);
      observed.ended(attemptOf(target, startedAt, now(), end), usage);
    }
    const ended = call.end ?? abandoned;
    const end = options.needsText ? withTextOnly(ended, reason, delivered.text) : ended;
    const attempt = attemptOf(target, startedAt, now(), end);
    if (!end.error) {
      yield { kind: "completed", attempt };
      return;
    }
    const { error, diverged } = end;
    yield { kind: "attempt_failed", attempt };
    lastError = namedAfter(error, target);
    firstError ??= lastError;
    if (error.retryAfterMs !== undefined) breakers.pause(key, error.retryAfterMs);
    if (next.start.from === "prefill" && error.kind === "invalid" && !delivered.fixed) {
      // The provider may have refused the prefill itself.
      noPrefill.add(target);
      continue;
    }
    const fixed = delivered.fixed && !buffered;
    const failed = { chain, index, retry, enlarged, fixed, diverged, random: random() };
    const decision = decideRetry(error, failed);
    if (decision.do === "give_up") break;
    if (decision.do === "retry") {
      retry += 1;
      // A Retry-After is in `breakers` above and holds for all requests.
      if (error.retryAfterMs === undefined) await pause(decision.afterMs, signal);
    } else {
      enlarged ||= decision.enlarged ?? false;
      retry = 0;
      ({ index } = decision);
    }
  }
  const error = lastError
    ? withFirstCause(lastError, firstError)
    : new ModelError("invalid", "the chain has no model");
  throw hasDelivered(delivered) ? interrupted(error) : error;
}

/** The end of a call whose caller needs a text. */
function withTextOnly(end: CallEnd, reason: string, text: string): CallEnd {
  if (end.error || (text.trim() !== "" && reason !== "content_filter")) return end;
  const message = `the completion has no usable text; it ended with ${JSON.stringify(reason)}`;
  return { ...end, error: new ModelError("no_text", message) };
}

/** End of a call whose reader stopped early. */
const abandoned: CallEnd = {
  error: new ModelError("cancelled", "the call was cancelled"),
  diverged: false,
  wasReached: false,
  firstTokenAt: undefined,
};

/** Effect of a call on its circuit breaker. A refusal of the request counts as healthy. */
function outcomeOf({ error, diverged, wasReached, firstTokenAt }: CallEnd): CallOutcome {
  switch (error?.kind) {
    case "cancelled":
      return "neutral";
    case "timed_out":
      return wasReached && firstTokenAt === undefined ? "slow" : "failed";
    case "unavailable":
    case "unauthorized":
      return "failed";
    case "broken_stream":
      return diverged ? "answered" : "failed";
    case "rate_limited":
      // With a Retry-After the target is paused instead.
      return error.retryAfterMs === undefined ? "failed" : "neutral";
    default:
      return error?.status === 404 ? "failed" : "answered";
  }
}
