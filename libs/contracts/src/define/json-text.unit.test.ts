import { expect, test } from "vitest";
import { jsonText } from "./json-text.ts";

test("names, texts and numbers of a value, in their order", () => {
  const value = { city: "Wien", at: [48.2, true, null, { "": "x" }], no: {} };
  expect(jsonText(value, 100)).toBe("city\nWien\nat\n48.2\n\nx\nno");
  expect(jsonText("text", 100)).toBe("text");
  expect(jsonText(null, 100)).toBe("");
});

test("the text ends at the limit, however large the value is", () => {
  expect(jsonText(["ab", "cd", "ef"], 4)).toBe("ab\nc");
  expect(jsonText({ a: "x".repeat(1_000_000) }, 5)).toBe("a\nxxx");
});
