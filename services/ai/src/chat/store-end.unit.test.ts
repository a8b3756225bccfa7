import { VegaError } from "@vega/contracts";
import { expect, test } from "vitest";
import { storeEnd } from "./store-end.ts";

/** State with prepared replies, in order; undefined: success. */
function stateThat(...answers: (VegaError | Error | undefined)[]) {
  const asked: unknown[][] = [];
  const finish = async (...end: unknown[]) => {
    asked.push(end);
    const fault = answers.shift();
    if (fault) throw fault;
  };
  return { finish, asked };
}

const end = ["ada", "m", { status: "complete", content: "whole" }] as const;

test("the end is stored once", async () => {
  const state = stateThat();
  await storeEnd(state, ...end);
  expect(state.asked).toEqual([end]);
});

test("the same end is retried while state or the bus is unavailable", async () => {
  const away = new VegaError("unavailable", "away");
  const state = stateThat(away, new VegaError("timeout", "no answer"), away);
  await storeEnd(state, ...end);
  expect(state.asked).toEqual([end, end, end, end]);
});

test.each([
  new VegaError("conflict", "the message has ended already"),
  new VegaError("internal", "out of order"),
  new TypeError("a fault of ours"),
])("a permanent error is not retried: $message", async (fault) => {
  const state = stateThat(fault);
  await expect(storeEnd(state, ...end)).rejects.toBe(fault);
  expect(state.asked).toHaveLength(1);
  const later = stateThat(new VegaError("timeout", "no answer"), fault);
  await expect(storeEnd(later, ...end)).rejects.toBe(fault);
});

test("an end above the size limit is stored as truncated and reported", async () => {
  const fault = new VegaError("too_large", "too much");
  const state = stateThat(fault);
  await expect(storeEnd(state, "ada", "m", { status: "complete", content: "x" })).rejects.toBe(
    fault,
  );
  const error = { kind: "too_large", message: "too much" };
  expect(state.asked[1]).toEqual(["ada", "m", { status: "truncated", error }]);
});

test("a text above the size limit is halved until it fits", async () => {
  const fault = new VegaError("too_large", "too much");
  const state = stateThat(fault, fault);
  const content = "x".repeat(10_000);
  await expect(storeEnd(state, "ada", "m", { status: "complete", content })).rejects.toBe(fault);
  const kept = state.asked.map(([, , outcome]) => (outcome as { content: string }).content.length);
  expect(kept).toEqual([10_000, 5_000, 2_500]);
  const cut = { status: "truncated", error: { kind: "too_large" } };
  expect(state.asked[2]).toMatchObject(["ada", "m", cut]);
});
