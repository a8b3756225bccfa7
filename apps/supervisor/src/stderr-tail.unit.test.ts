import { expect, test } from "vitest";
import { createStderrTail } from "./stderr-tail.ts";

test("the last logged error is the reason", () => {
  const tail = createStderrTail();
  tail.stderr("Error: something else");
  tail.logged("first");
  tail.logged("the database is damaged");
  expect(tail.reason()).toBe("the database is damaged");
});

test("the reason of an uncaught error is its message", () => {
  const tail = createStderrTail();
  const text =
    "/a/main.ts:3\n  throw new X();\n  ^\n\nTypeError: boom\n    at main (a.ts:3:1)\n\nNode.js v24.1.0";
  for (const line of text.split("\n")) tail.stderr(line);
  expect(tail.reason()).toBe("TypeError: boom");
});

test("other text on stderr is the reason without a log record or error", () => {
  const tail = createStderrTail();
  expect(tail.reason()).toBeUndefined();
  tail.stderr("nats-server: bad configuration");
  tail.stderr("");
  expect(tail.reason()).toBe("nats-server: bad configuration");
});
