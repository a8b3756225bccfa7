import { expect, test } from "vitest";
import { createPool } from "./pool.ts";

function bench() {
  const gates = new Map<string, () => void>();
  const done: string[] = [];
  const work = async (name: string, iteration: number) => {
    await new Promise<void>((resolve) => gates.set(name, resolve));
    done.push(`${name}/${iteration}`);
  };
  return { gates, done, pool: createPool(2, work) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("concurrency is bounded and queued work follows", async () => {
  const { pool, gates, done } = bench();
  for (const name of ["a", "b", "c"]) pool.add(name, 1);
  expect([pool.underWay(), pool.waiting()]).toEqual([2, 1]);
  // Queued work gets the newest iteration.
  pool.add("c", 2);
  gates.get("a")?.();
  await turn();
  expect([pool.underWay(), pool.waiting()]).toEqual([2, 0]);
  gates.get("b")?.();
  gates.get("c")?.();
  await turn();
  expect(done).toEqual(["a/1", "b/1", "c/2"]);
});

test("immediate work has its own bound", async () => {
  const { pool, gates } = bench();
  for (const name of ["a", "b"]) pool.add(name, 1);
  const { promise, resolve } = Promise.withResolvers<void>();
  expect([1, 2, 3].map(() => pool.now(() => promise))).toEqual([true, true, false]);
  resolve();
  for (const gate of gates.values()) gate();
  await pool.stop();
  expect(pool.underWay()).toBe(0);
  expect(pool.now(() => promise)).toBe(false);
});

test("stop drops the queue", async () => {
  const { pool, gates, done } = bench();
  for (const name of ["a", "b", "c"]) pool.add(name, 1);
  const stopped = pool.stop();
  for (const gate of gates.values()) gate();
  await stopped;
  expect(done).toEqual(["a/1", "b/1"]);
});
