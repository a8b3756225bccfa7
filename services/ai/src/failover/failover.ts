import type { Attempt } from "./attempt.ts";
import { attemptOf, skipped } from "./attempt.ts";
import type { CallOutcome } from "./breaker.ts";
import type { Breakers } from "./breakers.ts";
import type { CallEnd } from "./call.ts";
import { call } from "./call.ts";
import { requestFor } from "./continuation.ts";
import { nextStep } from "./retry-policy.ts";
import { anythingSent, createFilter, nothingSent } from "./delivered-prefix.ts";
import type { Target } from "./target.ts";
import { targetKey } from "./target.ts";
import type { ChatRequest, ModelEvent, Usage } from "../models/language-model.ts";
import { ModelFault } from "../models/language-model.ts";
import type { CallObserver } from "../observe/observer.ts";
import { unobserved } from "../observe/observer.ts";

/** What happens on the way to an answer. */
export type AnswerEvent =
  | ModelEvent
  /** A call failed, or was not made; what follows is said by another call, if by any. */
  | { readonly kind: "attempt_failed"; readonly attempt: Attempt }
  /** From here on this model speaks. Comes again where another one goes on with the answer. */
  | { readonly kind: "started"; readonly provider: string; readonly model: string }
  /** What was said is void, since who said it broke off: another call begins from the beginning. */
  | { readonly kind: "anew" }
  /** The answer is complete, by this call. Comes last. */
  | { readonly kind: "completed"; readonly attempt: Attempt };

export interface AnswerOptions {
  /** In the order in which they are asked; each has limits of its own. */
  readonly chain: readonly Target[];
  readonly breakers: Breakers;
  /** Of the caller: aborts whatever is under way. */
  readonly signal: AbortSignal;
  /**
   * Nobody hears the answer before its end. So where a model breaks off in its midst another one need not go on in its
   * words, which it seldom can: it begins `anew`.
   */
  readonly unheard?: boolean | undefined;
  /** Milliseconds since the epoch, of a clock that does not go backwards. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly observe?: CallObserver | undefined;
}

/** Those that wait for one provider must not all come back in the same moment. */
const SPREAD_MS = 250;
/** Timers may be early by a part of a millisecond; a provider's time is kept to the full. */
const TIMER_MS = 2;

/**
 * Answers a request by the first model of a chain that can, and goes on with another where one breaks off.
 * Throws ModelFault where none could; a truncated answer never ends without it.
 */
export async function* answer(
  request: ChatRequest,
  options: AnswerOptions,
): AsyncGenerator<AnswerEvent, void> {
  const { chain, breakers, signal, unheard = false, now, random, observe = unobserved } = options;
  let sent = nothingSent();
  let isVoid = false;
  const noPrefill = new Set<Target>();
  let enlarged = false;
  let retry = 0;
  let lastFault: ModelFault | undefined;

  for (let index = 0; index < chain.length;) {
    const target = chain[index] as Target;
    const key = targetKey(target);
    const pausedMs = breakers.pausedMs(key);
    // Where nobody else is left, the last one is not waited for longer than its limit either.
    const patient = pausedMs <= target.limits.maxRetryAfterMs;
    if (pausedMs > 0 && patient) await pause(pausedMs + random() * SPREAD_MS, signal);
    const admission = patient ? breakers.admit(key) : undefined;
    if (!admission) {
      const waitMs = patient ? breakers.health(key).waitMs : pausedMs;
      const why = patient
        ? "it failed often enough lately"
        : `it asks to be left alone for ${Math.ceil(waitMs / 1_000)} s`;
      const attempt = skipped(target, now(), why);
      observe(target, { kind: "chat", request }).ended(attempt);
      yield { kind: "attempt_failed", attempt };
      lastFault ??= leftAlone(target, why, patient, waitMs);
      index += 1;
      retry = 0;
      continue;
    }

    if (unheard && anythingSent(sent)) {
      sent = nothingSent();
      isVoid = true;
    }
    const { request: asked, start } = requestFor(target, request, sent, !noPrefill.has(target));
    const startedAt = now();
    const seen = observe(target, { kind: "chat", request: asked });
    const traced = seen.trace === undefined ? asked : { ...asked, trace: seen.trace };
    const events = call(target, traced, createFilter(sent, start), { signal, now });
    let end: CallEnd | undefined;
    let usage: Usage | undefined;
    try {
      for (;;) {
        const { done, value } = await events.next();
        if (done) {
          end = value;
          break;
        }
        if (value.kind !== "begun") {
          seen.event(value);
          if (value.kind === "usage") ({ usage } = value);
          yield value;
          continue;
        }
        // Not before: what was said is better than nothing.
        if (isVoid) yield { kind: "anew" };
        isVoid = false;
        yield { kind: "started", provider: target.provider, model: target.model };
      }
    } finally {
      // Also where nobody reads on: then the call has to end as well.
      if (!end) await events.return(unread);
      admission.settled(end ? outcomeOf(end) : "neutral", end?.fault?.message);
      seen.ended(attemptOf(target, startedAt, now(), end ?? unread), usage);
    }
    const attempt = attemptOf(target, startedAt, now(), end);
    if (!end.fault) {
      yield { kind: "completed", attempt };
      return;
    }
    const { fault, departed } = end;
    yield { kind: "attempt_failed", attempt };
    lastFault = withName(fault, target);
    if (fault.retryAfterMs !== undefined) breakers.pause(key, fault.retryAfterMs);
    if (start.from === "prefill" && fault.kind === "invalid" && !sent.fixed) {
      // It may be the prefill itself that was refused.
      noPrefill.add(target);
      continue;
    }
    const fixed = sent.fixed && !unheard;
    const situation = { chain, index, retry, enlarged, fixed, departed, random: random() };
    const step = nextStep(fault, situation);
    if (step.do === "give_up") break;
    if (step.do === "retry") {
      retry += 1;
      // A pause that the provider asked for is kept above, by this request as by all others.
      if (fault.retryAfterMs === undefined) await pause(step.afterMs, signal);
    } else {
      enlarged ||= step.enlarged ?? false;
      retry = 0;
      ({ index } = step);
    }
  }
  const fault = lastFault ?? new ModelFault("invalid", "there is no model to ask");
  throw anythingSent(sent) ? brokenOff(fault) : fault;
}

/** A call whose caller stopped reading. */
const unread: CallEnd = {
  fault: new ModelFault("cancelled", "the caller went away"),
  departed: false,
  firstTokenAt: undefined,
};

/** What a call says of its model's health. A refusal is an answer. */
function outcomeOf({ fault, departed }: CallEnd): CallOutcome {
  switch (fault?.kind) {
    case "cancelled":
      return "neutral";
    case "unavailable":
    case "timed_out":
    case "unauthorized":
      return "failed";
    case "broken_stream":
      return departed ? "answered" : "failed";
    case "rate_limited":
      // Who says when to come back is well, and is left alone until then.
      return fault.retryAfterMs === undefined ? "failed" : "neutral";
    default:
      return fault?.status === 404 ? "failed" : "answered";
  }
}

/** Of several models that were asked the caller has to know which one this is about. */
function withName(fault: ModelFault, target: Target): ModelFault {
  const { kind, message, status, retryAfterMs, cause } = fault;
  if (kind === "cancelled") return fault;
  return new ModelFault(kind, `${targetKey(target)}: ${message}`, {
    provider: target.provider,
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    cause,
  });
}

function leftAlone(target: Target, why: string, patient: boolean, waitMs: number): ModelFault {
  const kind = patient ? "unavailable" : "rate_limited";
  const message = `${targetKey(target)} is not called: ${why}`;
  return new ModelFault(kind, message, { retryAfterMs: waitMs, provider: target.provider });
}

/** What the caller is told when it has some of the answer already. */
function brokenOff(cause: ModelFault): ModelFault {
  if (cause.kind === "cancelled" || cause.kind === "content_filter") return cause;
  // A conductor's chain, for one, has said so already.
  if (cause.cause instanceof ModelFault) return cause;
  const message = `the answer broke off and no model could go on with it: ${cause.message}`;
  return new ModelFault("broken_stream", message, {
    ...(cause.status !== undefined && { status: cause.status }),
    provider: cause.provider,
    cause,
  });
}

/** Throws ModelFault `cancelled` at once when the caller goes away. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = () => {
      clearTimeout(timer);
      reject(new ModelFault("cancelled", "the caller went away"));
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener("abort", cancel);
        resolve();
      },
      Math.ceil(ms) + TIMER_MS,
    );
    if (signal.aborted) cancel();
    else signal.addEventListener("abort", cancel, { once: true });
  });
}
