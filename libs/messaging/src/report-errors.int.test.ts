import type { ErrorGroup } from "@vega/contracts";
import { VegaError, errorGroups } from "@vega/contracts";
import type { NatsServer } from "@vega/test-support";
import { startNatsServer, until } from "@vega/test-support";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Bus } from "./index.ts";
import { connectBus, endpoint, startErrorReporter, serve } from "./index.ts";

const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };

let nats: NatsServer;
let bus: Bus;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  nats = await startNatsServer();
});
beforeEach(async () => {
  vi.clearAllMocks();
  bus = await connectBus({ url: nats.url, name: "test", log });
});
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
  await bus.close();
});
afterAll(() => nats.close());

const TIME = "2026-01-31T12:00:00.000Z";
const group = (n: number, more: Partial<ErrorGroup> = {}): ErrorGroup => ({
  fingerprint: n.toString(16).padStart(16, "0"),
  service: "test",
  name: "TypeError",
  message: "it broke",
  kind: "request",
  count: 1,
  first_seen: TIME,
  last_seen: TIME,
  example: { traceparent: null, request_id: null, stack: null },
  ...more,
});

/** A collector with errors of the test. */
function source() {
  const waiting: ErrorGroup[] = [];
  return { waiting, take: () => waiting.splice(0) };
}

async function startState(handle: (errors: ErrorGroup[]) => void = () => undefined) {
  const reported: ErrorGroup[] = [];
  const stop = await serve(bus, { name: "state-stub", version: "0.0.1", description: "a test" }, [
    endpoint(errorGroups.requests.report, ({ errors }) => {
      handle(errors);
      reported.push(...errors);
      return Promise.resolve({ sequence: 1 });
    }),
  ]);
  stops.push(stop);
  await bus.nats.flush();
  return reported;
}

function report(of: ReturnType<typeof source>, everyMs = 3_600_000) {
  const reporter = startErrorReporter(bus, of, { service: "test", everyMs });
  stops.push(() => reporter.stop());
  return reporter;
}

test("reports to state periodically", async () => {
  const reported = await startState();
  const errors = source();
  report(errors, 10);
  errors.waiting.push(group(1), group(2));
  await until("both are reported", () => reported.length === 2);
  errors.waiting.push(group(3));
  await until("the third is reported", () => reported.length === 3);
  expect(reported).toEqual([group(1), group(2), group(3)]);
});

test("while state is unavailable errors wait, and are reported afterwards", async () => {
  const errors = source();
  const reporter = report(errors);
  errors.waiting.push(group(1), group(2));
  await reporter.flush();
  const later = "2026-01-31T12:00:05.000Z";
  errors.waiting.push(group(1, { count: 2, first_seen: later, last_seen: later, message: "new" }));
  await reporter.flush();
  const reported = await startState();
  await reporter.flush();
  expect(reported).toEqual([group(1, { count: 3, last_seen: later, message: "new" }), group(2)]);
});

test("an error recorded during a report is reported before a flush ends", async () => {
  const errors = source();
  const second = Promise.withResolvers<void>();
  const reported = await startState(() => {
    if (reported.length > 0) return;
    errors.waiting.push(group(2));
    void reporter.flush().then(second.resolve);
  });
  const reporter = report(errors);
  errors.waiting.push(group(1));
  await reporter.flush();
  await second.promise;
  expect(reported).toEqual([group(1), group(2)]);
});

test("waiting errors are bounded: the groups seen last stay", async () => {
  const errors = source();
  const reporter = report(errors);
  for (let n = 0; n < 300; n += 1) {
    errors.waiting.push(
      group(n, { last_seen: new Date(Date.parse(TIME) + n * 1_000).toISOString() }),
    );
    if (n % 50 === 49) await reporter.flush();
  }
  const reported = await startState((page) => expect(page.length).toBeLessThanOrEqual(50));
  await reporter.flush();
  expect(new Set(reported.map(({ fingerprint }) => fingerprint))).toEqual(
    new Set(Array.from({ length: 200 }, (_, n) => group(n + 100).fingerprint)),
  );
});

test("a refused report is not repeated", async () => {
  const seen = vi.fn();
  await startState((errors) => {
    seen(errors.length);
    throw new VegaError("internal", "state breaks over it");
  });
  const errors = source();
  const reporter = report(errors);
  errors.waiting.push(group(1));
  await reporter.flush();
  await reporter.flush();
  expect(seen).toHaveBeenCalledTimes(1);
});

test("a failed report is not an error itself", async () => {
  const faults: unknown[] = [];
  const onFault = (error: unknown) => faults.push(error);
  process.on("unhandledRejection", onFault);
  try {
    const errors = source();
    const reporter = report(errors, 5);
    errors.waiting.push(group(1));
    await bus.close();
    await expect(reporter.flush()).resolves.toBeUndefined();
    const broken = startErrorReporter(
      bus,
      {
        take() {
          throw new Error("the collector broke");
        },
      },
      { service: "test", everyMs: 5 },
    );
    log.debug.mockImplementation(() => {
      throw new Error("the log broke");
    });
    await expect(broken.flush()).resolves.toBeUndefined();
    const before = log.debug.mock.calls.length;
    await until("it is retried", () => log.debug.mock.calls.length > before + 2);
    await expect(broken.stop()).resolves.toBeUndefined();
  } finally {
    log.debug.mockReset();
    process.off("unhandledRejection", onFault);
  }
  expect(faults).toEqual([]);
  expect([log.warn, log.error].flatMap(({ mock }) => mock.calls)).toEqual([]);
});
