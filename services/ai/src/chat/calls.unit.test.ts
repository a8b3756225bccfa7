import { expect, test } from "vitest";
import { createCalls } from "./calls.ts";

function threeCalls() {
  const calls = createCalls();
  const cancelled: string[] = [];
  const add = (callId: string, owner: string | null, conversation: string) =>
    calls.add({ callId, owner, conversation, cancel: () => void cancelled.push(callId) });
  const done = [add("a", "ada", "c1"), add("b", "ada", "c2"), add("c", null, "c1")];
  return { calls, cancelled, done };
}

test("matching calls are cancelled and counted", () => {
  const { calls, cancelled } = threeCalls();
  expect(calls.cancel(({ conversation }) => conversation === "c1")).toBe(2);
  expect(cancelled).toEqual(["a", "c"]);
  expect(calls.cancel(() => false)).toBe(0);
  // Cancelled calls stay active until they end.
  expect(calls.count()).toBe(3);
});

test("a removed call is not cancelled, and removal is idempotent", () => {
  const { calls, cancelled, done } = threeCalls();
  done[0]?.();
  done[0]?.();
  expect(calls.count()).toBe(2);
  expect(calls.cancel(({ owner }) => owner === "ada")).toBe(1);
  expect(cancelled).toEqual(["b"]);
});

test("calls that are removed during cancellation do not hide others", () => {
  const calls = createCalls();
  let cancelled = 0;
  for (const callId of ["a", "b", "c"]) {
    const done = calls.add({
      callId,
      owner: null,
      conversation: callId,
      cancel() {
        cancelled += 1;
        done();
      },
    });
  }
  expect(calls.cancel(() => true)).toBe(3);
  expect([cancelled, calls.count()]).toEqual([3, 0]);
});
