import { expect, test } from "vitest";
import { createErrorCollector } from "./error-report.ts";

const ROOT = "/projects/vega";
const TIMES = ["2026-01-31T12:00:00.000Z", "2026-01-31T12:00:01.000Z", "2026-01-31T12:00:02.000Z"];

function collector() {
  let calls = 0;
  return createErrorCollector({
    service: "state",
    root: ROOT,
    now: () => TIMES[calls++] ?? "2026-01-31T13:00:00.000Z",
  });
}

/** An error with a stack of the given frames. */
function thrown(frames: readonly string[], message = "it broke", name = "TypeError"): Error {
  const error = new Error(message);
  error.name = name;
  error.stack = [`${name}: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join("\n");
  return error;
}

const HANDLER = `Object.handle (file://${ROOT}/services/state/src/handlers/log.ts:17:9)`;
const REQUEST = { kind: "request" } as const;

test("errors of one function are one group, at any line", () => {
  const errors = collector();
  errors.record(thrown([HANDLER], "first"), { ...REQUEST, request_id: "r1", traceparent: "t1" });
  errors.record(thrown([HANDLER.replace("17:9", "21:1")], "second"), {
    ...REQUEST,
    request_id: "r2",
  });
  expect(errors.take()).toEqual([
    {
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      service: "state",
      name: "TypeError",
      message: "second",
      kind: "request",
      count: 2,
      first_seen: TIMES[0],
      last_seen: TIMES[1],
      example: {
        traceparent: null,
        request_id: "r2",
        stack: "TypeError: second\n    at Object.handle (services/state/src/handlers/log.ts:21:1)",
      },
    },
  ]);
  expect(errors.take()).toEqual([]);
});

test("the first frame in the project's code is the location", () => {
  const errors = collector();
  const library = `send (${ROOT}/node_modules/pg/lib/a.js:1:1)`;
  errors.record(thrown(["node:internal/x:1:1", library, HANDLER]), REQUEST);
  errors.record(thrown([HANDLER]), REQUEST);
  errors.record(thrown([library]), REQUEST);
  errors.record(thrown([`async ${HANDLER.replace("Object.handle", "other")}`]), REQUEST);
  errors.record(thrown([HANDLER], "it broke", "RangeError"), REQUEST);
  expect(errors.take().map(({ count }) => count)).toEqual([2, 1, 1, 1]);
});

test("another service's error is another group", () => {
  const [first, second] = ["state", "auth"].map((service) => {
    const errors = createErrorCollector({ service, now: () => "", root: ROOT });
    errors.record(thrown([HANDLER]), REQUEST);
    return errors.take()[0]?.fingerprint;
  });
  expect(first).not.toBe(second);
});

test("messages, stacks and causes are scrubbed and have their lengths", () => {
  const errors = collector();
  const error = thrown([HANDLER], `password=hunter2 ${"long ".repeat(10_000)}`);
  error.cause = new Error("mongodb://vega:hunter2@db failed");
  errors.record(error, { kind: "unhandled", request_id: "x".repeat(999) });
  const [group] = errors.take();
  expect(JSON.stringify(group)).not.toMatch(/hunter2/);
  expect(group?.message.length).toBe(512);
  expect(group?.example.stack?.length).toBeLessThanOrEqual(4_096);
  expect(group?.example.request_id?.length).toBe(64);
});

test("a cause follows its error", () => {
  const errors = collector();
  const error = thrown([HANDLER]);
  error.cause = thrown([HANDLER.replace("Object.handle", "cause")], "the disk is full");
  errors.record(error, REQUEST);
  expect(errors.take()[0]?.example.stack).toMatch(/\ncaused by: TypeError: the disk is full\n/);
});

test("thrown values of any type are recorded", () => {
  const errors = collector();
  const nasty = new Proxy(new Error("x"), {
    get() {
      throw new Error("not to be looked at");
    },
  });
  for (const what of [undefined, null, "hunter2", 42, { password: "hunter2" }, nasty]) {
    errors.record(what, REQUEST);
  }
  const taken = errors.take();
  expect(taken.reduce((sum, { count }) => sum + count, 0)).toBe(6);
  expect(JSON.stringify(taken)).not.toContain("hunter2");
});

test("groups beyond the limit of one report are counted together", () => {
  const errors = collector();
  for (let n = 0; n < 80; n += 1) errors.record(thrown([HANDLER], "", `Error${n}`), REQUEST);
  const taken = errors.take();
  expect(taken).toHaveLength(50);
  expect(taken.at(-1)).toMatchObject({ name: "OtherErrors", count: 31 });
});
