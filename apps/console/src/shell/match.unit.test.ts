import { expect, test } from "vitest";
import { score } from "./match.ts";

test.each([
  ["Events", "events"],
  ["Events", "evt"],
  ["Back to now", "bn"],
])("%s is found by %s", (text, search) => {
  expect(score(text, search)).toBeDefined();
});

test.each([
  ["Events", "xyz"],
  ["Now", "won"],
])("%s is not found by %s", (text, search) => {
  expect(score(text, search)).toBeUndefined();
});

test("a whole match is better than scattered letters, and an early one better than a late one", () => {
  const order = (texts: readonly string[], search: string) =>
    texts.toSorted((a, b) => (score(b, search) ?? -1e9) - (score(a, search) ?? -1e9));
  expect(order(["Memory of Agents", "Agents", "All great events never stop"], "agents")).toEqual([
    "Agents",
    "Memory of Agents",
    "All great events never stop",
  ]);
});
