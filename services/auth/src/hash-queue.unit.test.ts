import { expect, test } from "vitest";
import { createHashQueue } from "./hash-queue.ts";

const LATER = Number.POSITIVE_INFINITY;

test("hashes run in order, two at once; a caller beyond the bound is refused", async () => {
  const queue = createHashQueue(2, 3);
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const work = (n: number) => () => {
    started.push(n);
    return new Promise<number>((resolve) => ends.push(() => resolve(n)));
  };
  const results = [0, 1, 2, 3, 4].map((n) => queue.run(work(n), LATER));
  await expect(queue.run(work(5), LATER)).rejects.toMatchObject({
    code: "rate_limited",
    retryAfterSeconds: 5,
  });
  expect(started).toEqual([0, 1]);
  ends[1]?.();
  await results[1];
  await Promise.resolve();
  // The free slot went to the first waiter, so a new caller waits.
  results.push(queue.run(work(6), LATER));
  expect(started).toEqual([0, 1, 2]);
  for (let n = 0; n < 6; n += 1) {
    ends[n]?.();
    await results[n];
    await Promise.resolve();
  }
  expect(await Promise.all(results)).toEqual([0, 1, 2, 3, 4, 6]);
});

test("a failed hash and one whose deadline passed free their slot", async () => {
  const queue = createHashQueue(1, 0);
  await expect(queue.run(() => Promise.reject(new Error("broke")), LATER)).rejects.toThrow("broke");
  await expect(queue.run(() => Promise.resolve(1), Date.now() - 1)).rejects.toMatchObject({
    code: "timeout",
  });
  expect(await queue.run(() => Promise.resolve(2), LATER)).toBe(2);
});
