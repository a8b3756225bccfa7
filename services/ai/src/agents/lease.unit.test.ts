import { VegaError } from "@vega/contracts";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepLease, leaseMsOf } from "./lease.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const unexpected = (error: unknown) => {
  throw error;
};

test("a lease is renewed before it expires and not after stop", async () => {
  const times: number[] = [];
  const from = Date.now();
  const lease = keepLease(10_000, async () => void times.push(Date.now() - from), unexpected);
  await vi.advanceTimersByTimeAsync(13_000);
  expect(times).toEqual([4_000, 8_000, 12_000]);
  await lease.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(times).toHaveLength(3);
  expect(lease.lost.aborted).toBe(false);
});

test("a failed renewal is retried; a refused one loses the lease", async () => {
  const answers = [new VegaError("unavailable", "away"), new VegaError("conflict", "ended")];
  let asked = 0;
  const renew = () => Promise.reject(answers[asked++] ?? new Error("asked again"));
  const lease = keepLease(10_000, renew, unexpected);
  await vi.advanceTimersByTimeAsync(4_000);
  expect([asked, lease.lost.aborted]).toEqual([1, false]);
  await vi.advanceTimersByTimeAsync(500);
  expect([asked, lease.lost.aborted]).toEqual([2, true]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(2);
});

test("the lease is bounded and a quarter of the run's timeout", () => {
  expect([1_000, 12_000, 120_000].map(leaseMsOf)).toEqual([2_000, 3_000, 10_000]);
});
