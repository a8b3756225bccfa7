import { readTraceparent } from "@vega/service-kit";
import { expect, test } from "vitest";
import { continueTrace } from "./trace.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const INCOMING = `00-${TRACE}-b7ad6b7169203331-00`;

test("continues the trace of the caller with a new span", () => {
  const traceparent = continueTrace(INCOMING);
  expect(traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
  expect(traceparent).not.toBe(INCOMING);
  expect(readTraceparent(traceparent)?.traceId).toBe(TRACE);
});

test.each([
  undefined,
  "",
  "nonsense",
  INCOMING.toUpperCase(),
  `00-${"0".repeat(32)}-b7ad6b7169203331-00`,
  `00-${TRACE}-${"0".repeat(16)}-00`,
  `ff-${TRACE}-b7ad6b7169203331-00`,
])("%j starts a new trace", (incoming) => {
  const traceparent = continueTrace(incoming);
  expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(readTraceparent(traceparent)?.traceId).not.toBe(TRACE);
});
