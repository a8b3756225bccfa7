import type { JsonObject } from "@vega/contracts";
import { expect, test } from "vitest";
import type { Expected } from "./oracle.ts";
import { compare } from "./oracle.ts";

const nothingExpected: Expected = { written: new Map(), completions: new Map(), received: [] };
const empty = { entries: [], values: new Map(), messages: new Map() };
const conversation = "6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";

test("an acknowledged write that is not stored is lost", () => {
  const written = new Map([["a/k1", 1]]);
  expect(compare(empty, { ...nothingExpected, written })).toEqual({
    lost: 1,
    doubled: 0,
    findings: ["1 writes lost: a/k1"],
  });
});

test("a completion is lost if its stored message is incomplete or different", () => {
  const completions = new Map([["why?", { conversation, text: "because" }]]);
  const stored = (status: string, content: string) => ({
    ...empty,
    messages: new Map<string, JsonObject>([
      [`${conversation}/00000000`, { role: "user", content: "why?" }],
      [`${conversation}/00000001`, { role: "assistant", status, content }],
    ]),
  });
  const lost = (status: string, content: string) =>
    compare(stored(status, content), { ...nothingExpected, completions }).lost;
  expect(lost("complete", "because")).toBe(0);
  expect(lost("truncated", "because")).toBe(1);
  expect(lost("complete", "be")).toBe(1);
});

test("a subscriber without events has no duplicates", () => {
  expect(compare(empty, { ...nothingExpected, received: [[]] }).doubled).toBe(0);
});
