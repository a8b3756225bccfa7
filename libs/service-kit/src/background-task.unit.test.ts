import { expect, test } from "vitest";
import type { BackgroundTaskOptions, TaskClock } from "./background-task.ts";
import { backoffDelay, startBackgroundTask } from "./background-task.ts";

/** A clock that the test moves. Without jitter: delays are the whole of the doubled delay. */
function manualClock() {
  let time = 0;
  const timers = new Set<{ at: number; callback: () => void }>();
  const clock: TaskClock = {
    now: () => time,
    schedule(callback, delayMs) {
      const timer = { at: time + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    random: () => 1,
  };
  return {
    clock,
    timers: () => timers.size,
    async advance(ms: number) {
      time += ms;
      for (const timer of timers) {
        if (timer.at > time) continue;
        timers.delete(timer);
        timer.callback();
      }
      await settled();
    },
  };
}

/** All that can happen without the clock has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A task whose runs end when the test says so. */
function controlled(more: Partial<BackgroundTaskOptions> = {}) {
  const time = manualClock();
  const runs: PromiseWithResolvers<"retry" | void>[] = [];
  const errors: { error: unknown; failures: number }[] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  const task = startBackgroundTask({
    name: "test",
    clock: time.clock,
    async run() {
      mostUnderWay = Math.max(mostUnderWay, (underWay += 1));
      const ended = Promise.withResolvers<"retry" | void>();
      runs.push(ended);
      return ended.promise.finally(() => (underWay -= 1));
    },
    onError: (error, { failures }) => void errors.push({ error, failures }),
    ...more,
  });
  const end = async (outcome?: "retry" | Error) => {
    await settled();
    const run = runs.at(-1);
    if (outcome instanceof Error) run?.reject(outcome);
    else run?.resolve(outcome);
    await settled();
  };
  return { ...time, task, runs, errors, end, mostUnderWay: () => mostUnderWay };
}

test("a period counts from start to start, and runs do not overlap", async () => {
  const { runs, end, advance, mostUnderWay } = controlled({ every: 100 });
  await settled();
  expect(runs).toHaveLength(1);
  await advance(30);
  await end();
  await advance(69);
  expect(runs).toHaveLength(1);
  await advance(1);
  expect(runs).toHaveLength(2);
  // Longer than its period.
  await advance(250);
  expect(runs).toHaveLength(2);
  await end();
  await advance(0);
  expect(runs).toHaveLength(3);
  expect(mostUnderWay()).toBe(1);
});

test("triggers during a run start one more run after it", async () => {
  const { task, runs, end, mostUnderWay } = controlled({ immediate: false });
  expect(runs).toHaveLength(0);
  task.trigger();
  task.trigger();
  task.trigger();
  await settled();
  expect(runs).toHaveLength(1);
  await end();
  expect(runs).toHaveLength(2);
  await end();
  expect(runs).toHaveLength(2);
  expect(mostUnderWay()).toBe(1);
});

test("failed runs are reported and repeated after a growing back-off, until one succeeds", async () => {
  const { runs, errors, end, advance } = controlled({ backoff: { minMs: 100, maxMs: 300 } });
  const fault = new Error("fault");
  await settled();
  for (const delay of [100, 200, 300, 300]) {
    const before = runs.length;
    await end(fault);
    await advance(delay - 1);
    expect(runs).toHaveLength(before);
    await advance(1);
    expect(runs).toHaveLength(before + 1);
  }
  expect(errors.map(({ failures }) => failures)).toEqual([1, 2, 3, 4]);
  expect(errors[0]?.error).toBe(fault);
  await end();
  await advance(1_000_000);
  expect(runs).toHaveLength(5);
});

test("an error thrown synchronously is reported; without a back-off the period stands", async () => {
  let count = 0;
  const { errors, advance } = controlled({
    every: 100,
    run() {
      count += 1;
      throw new Error("fault");
    },
  });
  await advance(99);
  expect(count).toBe(1);
  await advance(1);
  expect(count).toBe(2);
  expect(errors).toHaveLength(2);
});

test("`retry` is repeated after the back-off without an error", async () => {
  const { runs, errors, end, advance } = controlled({ backoff: { minMs: 100, maxMs: 100 } });
  await end("retry");
  await advance(100);
  expect(runs).toHaveLength(2);
  expect(errors).toEqual([]);
});

test("a trigger waits for the back-off, unless the reason for the failures is gone", async () => {
  const { task, runs, end, advance } = controlled({ backoff: { minMs: 100, maxMs: 100 } });
  await end(new Error("fault"));
  task.trigger();
  await settled();
  expect(runs).toHaveLength(1);
  task.triggerNow();
  await end();
  expect(runs).toHaveLength(2);
  // Neither the trigger nor the cancelled back-off starts a third run.
  await advance(1_000);
  expect(runs).toHaveLength(2);
});

test("`runOnce` resolves with the end of a run that began after the call", async () => {
  const { task, end } = controlled();
  let isDone = false;
  void task.runOnce().then(() => (isDone = true));
  await end();
  expect(isDone).toBe(false);
  await end(new Error("also a failure ends a run"));
  expect(isDone).toBe(true);
});

test("stop awaits the run under way, aborts its signal, cancels timers and starts no further run", async () => {
  let signal: AbortSignal | undefined;
  const run = Promise.withResolvers<void>();
  const { task, timers } = controlled({
    every: 100,
    run(given) {
      signal = given;
      return run.promise;
    },
  });
  await settled();
  task.trigger();
  const waiting = task.runOnce();
  let isStopped = false;
  const stopping = task.stop().then(() => (isStopped = true));
  await settled();
  expect(signal?.aborted).toBe(true);
  expect(isStopped).toBe(false);
  run.resolve();
  await Promise.all([stopping, waiting]);
  expect(timers()).toBe(0);
  await task.runOnce();
});

test("the signal of the owner stops the task", async () => {
  const owner = new AbortController();
  const { task, runs, timers, end } = controlled({ every: 100, signal: owner.signal });
  await end();
  expect(timers()).toBe(1);
  owner.abort();
  expect(timers()).toBe(0);
  task.trigger();
  await settled();
  expect(runs).toHaveLength(1);
});

test("jitter takes up to half of a delay", () => {
  const backoff = { minMs: 100, maxMs: 1_000 };
  expect(backoffDelay(backoff, 1, 0)).toBe(50);
  expect(backoffDelay(backoff, 3, 0.5)).toBe(300);
  expect(backoffDelay(backoff, 1_000, 1)).toBe(1_000);
});
