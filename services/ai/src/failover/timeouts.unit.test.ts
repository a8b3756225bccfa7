import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DEFAULT_LIMITS } from "./limits.ts";
import { startTimeouts } from "./timeouts.ts";

const LIMITS = { ...DEFAULT_LIMITS, firstTokenMs: 10_000, idleMs: 30_000 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const start = () => startTimeouts(LIMITS, new AbortController().signal);

/** A sign of life each second, for a time in milliseconds. */
function live(timeouts: ReturnType<typeof start>, forMs: number): void {
  for (let ms = 0; ms < forMs; ms += 1_000) {
    timeouts.received();
    vi.advanceTimersByTime(1_000);
  }
}

test("a silent provider is aborted after the timeout of the first token", () => {
  const timeouts = start();
  timeouts.connected();
  vi.advanceTimersByTime(9_999);
  expect(timeouts.error).toBeUndefined();
  vi.advanceTimersByTime(1);
  expect(timeouts.error).toMatchObject({ kind: "timed_out", message: /no first token/ });
  expect(timeouts.signal.aborted).toBe(true);
});

test("signs of life postpone the timeout of the first token, but not for ever", () => {
  const timeouts = start();
  timeouts.connected();
  live(timeouts, 599_000);
  expect(timeouts.error).toBeUndefined();
  live(timeouts, 2_000);
  expect(timeouts.error).toMatchObject({ kind: "timed_out", message: "no token within 600000 ms" });
});

test("signs of life postpone the idle timeout, counted from the last token", () => {
  const timeouts = start();
  timeouts.connected();
  timeouts.firstToken();
  live(timeouts, 400_000);
  timeouts.waiting(true);
  live(timeouts, 599_000);
  expect(timeouts.error).toBeUndefined();
  live(timeouts, 2_000);
  expect(timeouts.error).toMatchObject({ kind: "timed_out" });
});

test("after the finish reason signs of life do not count", () => {
  const timeouts = start();
  timeouts.connected();
  timeouts.firstToken();
  timeouts.finished();
  live(timeouts, 3_000);
  expect(timeouts.error).toMatchObject({ kind: "timed_out" });
});

test("a closed call has no timers", () => {
  const timeouts = start();
  timeouts.firstToken();
  timeouts.close(true);
  timeouts.received();
  expect(vi.getTimerCount()).toBe(0);
});
