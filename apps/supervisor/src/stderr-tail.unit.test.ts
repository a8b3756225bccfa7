import { expect, test } from "vitest";
import { lastWords } from "./stderr-tail.ts";

test("what was logged last is the reason", () => {
  const words = lastWords();
  words.stderr("Error: something else");
  words.logged("first");
  words.logged("the database is damaged");
  expect(words.reason()).toBe("the database is damaged");
});

test("of an uncaught error the error itself is the reason", () => {
  const words = lastWords();
  const text =
    "/a/main.ts:3\n  throw new X();\n  ^\n\nTypeError: boom\n    at main (a.ts:3:1)\n\nNode.js v24.1.0";
  for (const line of text.split("\n")) words.stderr(line);
  expect(words.reason()).toBe("TypeError: boom");
});

test("other text on stderr serves, too", () => {
  const words = lastWords();
  expect(words.reason()).toBeUndefined();
  words.stderr("nats-server: bad configuration");
  words.stderr("");
  expect(words.reason()).toBe("nats-server: bad configuration");
});
