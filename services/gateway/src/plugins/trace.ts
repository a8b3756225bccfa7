import { readTraceparent, writeTraceparent } from "@vega/service-kit";
import { randomUUID } from "node:crypto";

/** Node keeps random bytes for UUIDs in stock: much cheaper than to ask for some on every request. */
const randomHex = () => randomUUID().replaceAll("-", "");

/**
 * The trace context of what this request causes: the caller's trace with a span of our own, or a new trace.
 * Source: https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function continueTrace(incoming: string | undefined): string {
  const { traceId = randomHex(), flags = 1 } = readTraceparent(incoming) ?? {};
  return writeTraceparent({ traceId, spanId: randomHex().slice(16), flags });
}
