import { expect, test } from "vitest";
import { coalesce } from "./coalesce.ts";

/** Runs that the test ends. */
function controlled() {
  const runs: PromiseWithResolvers<number>[] = [];
  const shared = coalesce(() => {
    const run = Promise.withResolvers<number>();
    runs.push(run);
    return run.promise;
  });
  return { runs, shared };
}

const turn = () => new Promise(setImmediate);

test("calls during a run share the next one", async () => {
  const { runs, shared } = controlled();
  const first = shared();
  const second = shared();
  const third = shared();
  expect(runs).toHaveLength(1);
  runs[0]?.resolve(1);
  expect(await first).toBe(1);
  await turn();
  expect(runs).toHaveLength(2);
  runs[1]?.resolve(2);
  expect(await Promise.all([second, third])).toEqual([2, 2]);
});

test("a failed run rejects its callers, and the next call starts another", async () => {
  const { runs, shared } = controlled();
  const first = shared();
  const second = shared();
  runs[0]?.reject(new Error("away"));
  await expect(first).rejects.toThrow("away");
  await turn();
  runs[1]?.resolve(2);
  expect(await second).toBe(2);
  void shared();
  expect(runs).toHaveLength(3);
});
