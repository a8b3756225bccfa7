import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, expect, test, vi } from "vitest";
import { createLogger } from "./logger.ts";
import { carryTraces } from "./tracing/active.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const TRACEPARENT = `00-${TRACE}-${SPAN}-01`;

afterEach(() => vi.restoreAllMocks());

/** The lines that some work writes. pino writes to the descriptor itself. */
function linesOf(work: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const log = createLogger("test", "info");
  const symbol = Object.getOwnPropertySymbols(log).find((one) => String(one).includes("stream"));
  const lines: string[] = [];
  if (symbol) Object.assign(log, { [symbol]: { write: (line: string) => lines.push(line) } });
  work(log);
  return lines.map((line) => JSON.parse(line));
}

test("a line with a traceparent names trace and span; others have none", () => {
  const [first, second, third] = linesOf((log) => {
    log.info({ traceparent: TRACEPARENT }, "of a request");
    log.info("of nothing");
    log.info({ traceparent: "nonsense" }, "of nonsense");
  });
  expect(first).toMatchObject({ trace_id: TRACE, span_id: SPAN });
  expect(second).not.toHaveProperty("trace_id");
  expect(third).not.toHaveProperty("trace_id");
});

test("so does what is written within a span", () => {
  const storage = carryTraces(new AsyncLocalStorage<string>());
  const [within, outside] = linesOf((log) => {
    storage.run(TRACEPARENT, () => log.warn({ reason: "x" }, "within"));
    log.warn({ reason: "x" }, "outside");
  });
  expect(within).toMatchObject({ trace_id: TRACE, span_id: SPAN, reason: "x" });
  expect(outside).not.toHaveProperty("trace_id");
});

test("secrets are left out", () => {
  const [line] = linesOf((log) => log.info({ token: "t-1", a: { password: "p-1" } }, "secrets"));
  expect(JSON.stringify(line)).not.toMatch(/t-1|p-1/);
});
