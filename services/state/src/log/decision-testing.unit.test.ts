import { expect, test } from "vitest";
import { documentRef, put } from "../store/document-ref.ts";
import type { Command } from "./decision.ts";
import { accept, memoryIndex, refuse } from "./decision.ts";
import { given } from "./decision-testing.ts";

const mark = documentRef("log_clocks", "2026-01-31T12:00:00");

const readMark = (reads: Command<unknown>["reads"]): Command<number | undefined> => ({
  reads,
  decide: (view) => accept([], view.get(mark)?.sequence),
});

test("a command reads the given documents, and only those that it lists", () => {
  const before = given({ documents: [put(mark, { sequence: 7 })] });
  expect(before.when(readMark([mark])).accepted().result).toBe(7);
  expect(() => before.when(readMark([]))).toThrow("does not list log_clocks/2026-01-31T12:00:00");
  const readIndex = (reads: Command<unknown>["reads"]) => ({
    reads,
    decide: (view: Parameters<Command<unknown>["decide"]>[0]) =>
      accept([], view.memoryIndex("notes").keys.size),
  });
  expect(before.when(readIndex([memoryIndex("notes")])).accepted().result).toBe(0);
  expect(() => before.when(readIndex([]))).toThrow("does not list notes");
});

test("an unexpected outcome fails the test", () => {
  const refused = given().when({ reads: [], decide: () => refuse("conflict", "too late") });
  refused.thenError("conflict", []);
  expect(() => refused.thenError("invalid")).toThrow(/invalid/);
  expect(() => refused.thenEvents([])).toThrow("too late");
  const accepted = given().when({ reads: [], decide: () => accept([], null) });
  accepted.thenEvents([]);
  expect(() => accepted.thenEvents([{ type: "vega.loop.started.v1" }])).toThrow();
  expect(() => accepted.thenError("conflict")).toThrow("the command was accepted");
});
