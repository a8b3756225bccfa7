import { context, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { createLogger } from "./logger.ts";
import { createContextManager } from "./tracing/context-manager.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";
const TRACEPARENT = `00-${TRACE}-${SPAN}-01`;

afterEach(() => vi.restoreAllMocks());

/** The lines that some work writes. pino writes to the descriptor itself. */
function linesOf(
  work: (log: ReturnType<typeof createLogger>) => void,
): () => Record<string, unknown>[] {
  const log = createLogger("test", "info");
  const symbol = Object.getOwnPropertySymbols(log).find((one) => String(one).includes("stream"));
  const lines: string[] = [];
  if (symbol) Object.assign(log, { [symbol]: { write: (line: string) => lines.push(line) } });
  work(log);
  return () => lines.map((line) => JSON.parse(line));
}

test("a line with a traceparent names trace and span; others have none", () => {
  const [first, second, third] = linesOf((log) => {
    log.info({ traceparent: TRACEPARENT }, "of a request");
    log.info("of nothing");
    log.info({ traceparent: "nonsense" }, "of nonsense");
  })();
  expect(first).toMatchObject({ trace_id: TRACE, span_id: SPAN });
  expect(second).not.toHaveProperty("trace_id");
  expect(third).not.toHaveProperty("trace_id");
});

test("a line written while a span is active names it, also in asynchronous work", async () => {
  context.setGlobalContextManager(createContextManager());
  onTestFinished(() => context.disable());
  const active = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: TRACE,
    spanId: SPAN,
    traceFlags: 1,
  });
  let work: Promise<void> | undefined;
  const lines = linesOf((log) => {
    work = context.with(active, async () => {
      await delay(1);
      log.warn({ reason: "x" }, "within");
    });
    log.warn({ reason: "x" }, "outside");
  });
  await work;
  const [outside, within] = lines();
  expect(within).toMatchObject({ trace_id: TRACE, span_id: SPAN, reason: "x" });
  expect(outside).not.toHaveProperty("trace_id");
});

test("secrets are left out", () => {
  const [line] = linesOf((log) => log.info({ token: "t-1", a: { password: "p-1" } }, "secrets"))();
  expect(JSON.stringify(line)).not.toMatch(/t-1|p-1/);
});
