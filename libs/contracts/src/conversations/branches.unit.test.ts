import fc from "fast-check";
import { expect, test } from "vitest";
import { pathLength, currentPath, isOnPath, pathTo } from "./branches.ts";

test("without branches the path is every message up to the last one", () => {
  expect(currentPath({ message_count: 4 })).toEqual([{ from: 0, to: 3 }]);
  expect(currentPath({ message_count: 0 })).toEqual([]);
  expect(pathTo({}, 1)).toEqual([{ from: 0, to: 1 }]);
});

test("a branch leads to what it follows; a replaced message keeps its own path", () => {
  const branches = [
    { at: 4, after: 2 },
    { at: 7, after: 1 },
    { at: 9, after: null },
  ];
  expect(pathTo({ branches }, 3)).toEqual([{ from: 0, to: 3 }]);
  expect(pathTo({ branches }, 6)).toEqual([
    { from: 0, to: 2 },
    { from: 4, to: 6 },
  ]);
  expect(pathTo({ branches }, 8)).toEqual([
    { from: 0, to: 1 },
    { from: 7, to: 8 },
  ]);
  expect(currentPath({ branches, message_count: 11 })).toEqual([{ from: 9, to: 10 }]);
});

test("whatever was branched from whatever, paths are those of parent links", () => {
  const step = fc.record({ adds: fc.integer({ min: 1, max: 3 }), from: fc.option(fc.nat(60)) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const parents: (number | null)[] = [];
      const branches: { at: number; after: number | null }[] = [];
      for (const { adds, from } of steps) {
        const at = parents.length;
        const newest = at === 0 ? null : at - 1;
        // Beyond what there is: at the beginning.
        const after = from === null ? newest : from < at ? from : null;
        if (after !== newest) branches.push({ at, after });
        for (let n = 0; n < adds; n += 1) parents.push(n === 0 ? after : at + n - 1);
      }
      parents.forEach((_, last) => {
        const expected: number[] = [];
        for (let at: number | null = last; at !== null; at = parents[at] ?? null) expected.push(at);
        const ranges = pathTo({ branches }, last);
        const positions = parents.keys().filter((position) => isOnPath(ranges, position));
        expect([...positions].toReversed()).toEqual(expected);
        expect(pathLength(ranges)).toBe(expected.length);
      });
    }),
  );
});
