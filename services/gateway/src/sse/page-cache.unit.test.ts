import { expect, test } from "vitest";
import { moduleEvent } from "../testing/log.ts";
import { frameOf } from "./frames.ts";
import { createPageCache } from "./page-cache.ts";

function pages(outcomes: readonly (number[] | "another log" | "away")[] = []) {
  const asked: number[] = [];
  const clock = { ms: 0 };
  const read = createPageCache(
    async (after) => {
      const outcome = outcomes[asked.length] ?? [after + 1];
      asked.push(after);
      if (outcome === "away") throw new Error("away");
      return outcome === "another log" ? undefined : outcome.map((it) => frameOf(moduleEvent(it)));
    },
    () => clock.ms,
  );
  return { read, asked, clock };
}

test("concurrent reads of a page share one read and its frames", async () => {
  const { read, asked } = pages();
  const [first, ...others] = await Promise.all(Array.from({ length: 100 }, () => read(7)));
  const late = await read(7);
  expect(asked).toEqual([7]);
  expect(first?.map(({ sequence }) => sequence)).toEqual([8]);
  expect(new Set([...others, late])).toEqual(new Set([first]));
});

test("different pages are read separately, and an expired page again", async () => {
  const { read, asked, clock } = pages();
  await Promise.all([read(7), read(8)]);
  clock.ms = 999;
  await read(7);
  clock.ms = 1_000;
  await read(7);
  expect(asked).toEqual([7, 8, 7]);
});

test("failed reads, pages of another log and empty pages are not cached", async () => {
  const { read, asked } = pages(["away", "another log", [], [8]]);
  await expect(Promise.all([read(7), read(7)])).rejects.toThrow("away");
  expect(await read(7)).toBeUndefined();
  expect(await read(7)).toEqual([]);
  expect(await read(7)).toHaveLength(1);
  expect(asked).toEqual([7, 7, 7, 7]);
});

test("the cache has a maximum size", async () => {
  const { read, asked } = pages();
  for (let after = 0; after < 100; after += 1) await read(after);
  await read(99);
  expect(asked).toHaveLength(100);
  await read(0);
  expect(asked).toHaveLength(101);
});
