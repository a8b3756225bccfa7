import { expect, test } from "vitest";
import type { LogRecord } from "./log-line.ts";
import { json, parseNatsLine, parseServiceLine, readable, summary } from "./log-line.ts";

const noon = new Date(2026, 0, 31, 12, 0, 5, 250);

function parsed(record: object): LogRecord {
  const found = parseServiceLine(JSON.stringify({ time: noon.toISOString(), ...record }));
  if (!found) throw new Error("not a log line");
  return found;
}

test("a log line becomes a short readable one", () => {
  const record = parsed({
    level: "info",
    service: "state",
    pid: 1,
    hostname: "h",
    events: 3,
    note: "two words",
    empty: "",
    msg: "committed",
  });
  expect(readable("state", record)).toBe(
    '12:00:05 info  state   committed events=3 note="two words" empty=""',
  );
});

test("pino's numeric levels and times in milliseconds are parsed", () => {
  const record = parseServiceLine(`{"level":40,"time":${noon.getTime()},"msg":"slow"}`);
  expect(record && readable("ai", record)).toBe("12:00:05 warn  ai      slow");
});

test("an error is shown with its message and stack", () => {
  const err = {
    type: "TypeError",
    message: "no such thing",
    stack: "TypeError: no such thing\n    at a (a.ts:1:2)",
  };
  expect(readable("ai", parsed({ level: "error", err, msg: "failed" }))).toBe(
    '12:00:05 error ai      failed err="no such thing"\n    at a (a.ts:1:2)',
  );
  expect(readable("ai", parsed({ level: "warn", err, msg: "failed" }))).not.toContain("\n");
});

test("long values are cut and control characters are replaced", () => {
  const record = parsed({
    level: "info",
    text: "x".repeat(1_000),
    msg: "\u001b[31mred\nmore\u009b",
  });
  const line = readable("gateway", record);
  expect(line).toContain("�[31mred�more�");
  expect(line.length).toBeLessThan(400);
});

test("other text is not a log line", () => {
  for (const line of ["", "plain", "{broken", "{}", "[1]", '{"level":35,"msg":"a"}']) {
    expect(parseServiceLine(line)).toBeUndefined();
  }
});

test("the summary of an error is one line", () => {
  expect(summary(parsed({ level: "fatal", msg: "could not start", reason: "disk full" }))).toBe(
    "could not start: disk full",
  );
  const err = { message: "boom", stack: "Error: boom" };
  expect(summary(parsed({ level: "fatal", msg: "a fault", err }))).toBe("a fault: boom");
  expect(summary(parsed({ level: "fatal", msg: "boom", err }))).toBe("boom");
});

test("a long reason is abridged to one line of its start and its end", () => {
  const pages = Array.from({ length: 200 }, (_, page) => `Tree 5 page ${page}: btreeInitPage()`);
  const reason = `damaged: ${pages.join("\n")}. Put a sound copy in its place`;
  const text = summary(parsed({ level: "fatal", msg: "could not start", reason }));
  expect(text).toMatch(
    /^could not start: damaged: Tree 5 page 0: .* … .* Put a sound copy in its place$/,
  );
  expect(text.length).toBeLessThan(700);
});

test("a line of nats-server's log is parsed; its info is level debug", () => {
  const warning = parseNatsLine("[42] 2026/01/31 12:00:05.250999 [WRN] Disk is slow");
  expect(warning).toEqual({ level: "warn", time: noon, msg: "Disk is slow", fields: {} });
  expect(parseNatsLine("[42] 2026/01/31 12:00:05.250999 [INF] ")?.level).toBe("debug");
  expect(parseNatsLine("nats-server: nats.conf:5:2: unknown field")).toBeUndefined();
  expect(warning && JSON.parse(json("nats-server", warning))).toEqual({
    level: "warn",
    time: noon.toISOString(),
    service: "nats-server",
    msg: "Disk is slow",
  });
});
