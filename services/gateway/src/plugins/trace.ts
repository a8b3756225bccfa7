import { randomUUID } from "node:crypto";

const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-.*)?$/;

/** Node keeps random bytes for UUIDs in stock: much cheaper than to ask for some on every request. */
const randomHex = () => randomUUID().replaceAll("-", "");

/**
 * The trace context of what this request causes: the caller's trace with a span of our own, or a new trace.
 * Source: https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function continueTrace(incoming: string | undefined): string {
  const [, traceId, flags] = TRACEPARENT.exec(incoming ?? "") ?? [];
  return `00-${traceId ?? randomHex()}-${randomHex().slice(16)}-${flags ?? "01"}`;
}

export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}
