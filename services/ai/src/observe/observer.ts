import type { Target } from "../failover/target.ts";
import type { ChatRequest, ModelErrorKind, ModelEvent, Usage } from "../models/language-model.ts";

export type Operation =
  | { readonly kind: "chat"; readonly request: ChatRequest }
  | { readonly kind: "embeddings"; readonly trace?: string | undefined };

export interface ObservedEnd {
  readonly outcome: "complete" | "failed" | "cancelled" | "skipped";
  readonly fault: ModelErrorKind | null;
  /** HTTP status of the provider's response. */
  readonly status: number | null;
  readonly ms: number;
  readonly first_token_ms: number | null;
}

export interface ObservedCall {
  /** W3C traceparent for the request to the provider. */
  readonly trace: string | undefined;
  event(event: ModelEvent): void;
  /** Called exactly once, last. */
  ended(end: ObservedEnd, usage?: Usage): void;
}

/** Observes a call of a provider. Never throws. */
export type CallObserver = (target: Target, operation: Operation) => ObservedCall;

/** Forwards the caller's trace only. */
export const noopObserver: CallObserver = (_target, operation) => ({
  trace: traceOf(operation),
  event: () => undefined,
  ended: () => undefined,
});

export const traceOf = (operation: Operation): string | undefined =>
  operation.kind === "chat" ? operation.request.trace : operation.trace;

/** The trace is that of the last observer. */
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
