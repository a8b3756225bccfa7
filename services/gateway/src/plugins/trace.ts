import { readTraceparent, writeTraceparent } from "@vega/service-kit";
import { randomUUID } from "node:crypto";

/** Node caches random bytes for UUIDs, which is cheaper than `randomBytes` for every request. */
const randomHex = () => randomUUID().replaceAll("-", "");

/**
 * The trace context of a request: the trace of the caller with a new span, or a new trace.
 * Source: https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function continueTrace(incoming: string | undefined): string {
  const { traceId = randomHex(), flags = 1 } = readTraceparent(incoming) ?? {};
  return writeTraceparent({ traceId, spanId: randomHex().slice(16), flags });
}
