import type { Target } from "../failover/target.ts";
import type { ChatRequest, ModelErrorKind, ModelEvent, Usage } from "../models/language-model.ts";

/** What a call is made for. */
export type Operation =
  | { readonly kind: "chat"; readonly request: ChatRequest }
  | { readonly kind: "embeddings"; readonly trace?: string | undefined };

/** How a call ended. */
export interface ObservedEnd {
  readonly outcome: "complete" | "failed" | "cancelled" | "skipped";
  readonly fault: ModelErrorKind | null;
  /** Of the provider's answer. */
  readonly status: number | null;
  readonly ms: number;
  readonly first_token_ms: number | null;
}

/** A call under way. */
export interface ObservedCall {
  /** W3C traceparent that goes to the provider with the call. */
  readonly trace: string | undefined;
  /** Told of what comes, in its order. */
  event(event: ModelEvent): void;
  /** Told once, at last. */
  ended(end: ObservedEnd, usage?: Usage): void;
}

/** Looks on while models are called. Never throws. */
export type CallObserver = (target: Target, operation: Operation) => ObservedCall;

/** Nobody looks on; a trace that the caller has is handed on all the same. */
export const noopObserver: CallObserver = (_target, operation) => ({
  trace: traceOf(operation),
  event: () => undefined,
  ended: () => undefined,
});

export const traceOf = (operation: Operation): string | undefined =>
  operation.kind === "chat" ? operation.request.trace : operation.trace;

/** Several that look on; the trace is the last one's. */
export function combineObservers(observers: readonly CallObserver[]): CallObserver {
  const [only] = observers;
  if (only && observers.length === 1) return only;
  return (target, operation) => {
    const calls = observers.map((observe) => observe(target, operation));
    return {
      trace: calls.at(-1)?.trace,
      event: (event) => calls.forEach((call) => call.event(event)),
      ended: (end, usage) => calls.forEach((call) => call.ended(end, usage)),
    };
  };
}
