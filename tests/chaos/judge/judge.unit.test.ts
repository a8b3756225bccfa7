import type { JsonObject } from "@vega/contracts";
import { expect, test } from "vitest";
import type { Known } from "./judge.ts";
import { judge } from "./judge.ts";

const nobody: Known = { written: new Map(), answered: new Map(), heard: [] };
const nothing = { entries: [], values: new Map(), messages: new Map() };
const conversation = "6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";

test("an acknowledged write that is not there is lost", () => {
  const written = new Map([["a/k1", 1]]);
  expect(judge(nothing, { ...nobody, written })).toEqual({
    lost: 1,
    doubled: 0,
    faults: ["1 writes lost: a/k1"],
  });
});

test("an answer is lost where its message is not complete, or says something else", () => {
  const answered = new Map([["why?", { conversation, text: "because" }]]);
  const stored = (status: string, content: string) => ({
    ...nothing,
    messages: new Map<string, JsonObject>([
      [`${conversation}/00000000`, { role: "user", content: "why?" }],
      [`${conversation}/00000001`, { role: "assistant", status, content }],
    ]),
  });
  const lost = (status: string, content: string) =>
    judge(stored(status, content), { ...nobody, answered }).lost;
  expect(lost("complete", "because")).toBe(0);
  expect(lost("truncated", "because")).toBe(1);
  expect(lost("complete", "be")).toBe(1);
});

test("an event that came and is in no log is one too many", () => {
  expect(judge(nothing, { ...nobody, heard: [[]] }).doubled).toBe(0);
});
