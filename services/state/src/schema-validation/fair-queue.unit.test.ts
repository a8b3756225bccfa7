import { expect, test } from "vitest";
import { createFairQueue } from "./fair-queue.ts";

const noneStopped = () => false;

test("owners take turns, each in its own order", () => {
  const queue = createFairQueue<number>({ total: 10, perOwner: 10 });
  for (const n of [1, 2, 3]) queue.push("a", n);
  for (const n of [4, 5]) queue.push("b", n);
  const taken = Array.from({ length: 6 }, () => queue.take(noneStopped)?.item);
  expect(taken).toEqual([1, 4, 2, 5, 3, undefined]);
});

test("an owner that is busy is passed over and keeps its turn", () => {
  const queue = createFairQueue<number>({ total: 10, perOwner: 10 });
  queue.push("a", 1);
  const isBusy = (owner: string) => owner === "a";
  expect(queue.take(isBusy)).toBeUndefined();
  queue.push("b", 2);
  expect(queue.take(isBusy)).toEqual({ owner: "b", item: 2 });
  expect(queue.take(noneStopped)).toEqual({ owner: "a", item: 1 });
});

test("an owner's part and the whole are bounded", () => {
  const queue = createFairQueue<number>({ total: 3, perOwner: 2 });
  expect([1, 2, 3].map((n) => queue.push("a", n))).toEqual([true, true, false]);
  expect([4, 5].map((n) => queue.push("b", n))).toEqual([true, false]);
  expect(queue.drain()).toEqual([1, 2, 4]);
  expect(queue.push("b", 6)).toBe(true);
});
