import type { Attributes, Context, Span, SpanKind, Tracer } from "@opentelemetry/api";
import { context, propagation, ROOT_CONTEXT, SpanStatusCode, trace } from "@opentelemetry/api";

/*
 * W3C traceparent as data (headers of requests, contexts of log entries) to and from OpenTelemetry's contexts. While
 * tracing is off no propagator is registered: there are no parents and no traceparents then.
 */

/** The context of a traceparent; the active one for `undefined`. */
export const parentContext = (traceparent: string | undefined): Context =>
  traceparent === undefined
    ? context.active()
    : propagation.extract(ROOT_CONTEXT, { traceparent }, GETTER);

const GETTER = {
  keys: (carrier: object) => Object.keys(carrier),
  get: (carrier: { readonly traceparent: string }, key: string) =>
    key === "traceparent" ? carrier.traceparent : undefined,
};

export function traceparentOf(span: Span): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(trace.setSpan(ROOT_CONTEXT, span), carrier);
  return carrier.traceparent;
}

/** Of the active span; undefined outside of one. */
export function activeTraceparent(): string | undefined {
  const span = trace.getActiveSpan();
  return span && traceparentOf(span);
}

/**
 * @param failure short name of the error, becomes `error.type`; undefined for success
 * @param endedAt milliseconds since the epoch; default now
 */
export function endSpan(span: Span, failure?: string, endedAt?: number): void {
  if (failure !== undefined) {
    span.setAttribute("error.type", failure);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end(endedAt);
}

/** Starts a span within its parent; undefined where there is no parent or tracing is off. */
export function startChildSpan(
  tracer: Tracer | undefined,
  name: string,
  kind: SpanKind.CLIENT | SpanKind.SERVER,
  attributes: Attributes,
  traceparent: string | undefined,
): Span | undefined {
  if (!tracer) return undefined;
  const parent = parentContext(traceparent);
  if (!trace.getSpanContext(parent)) return undefined;
  return tracer.startSpan(name, { kind, attributes }, parent);
}

/** Runs work with the span as the active one. */
export const runInSpan = <Result>(span: Span | undefined, work: () => Result): Result =>
  span ? context.with(trace.setSpan(context.active(), span), work) : work();
