import { expect, test } from "vitest";
import { createOracle } from "./oracle.ts";

const writtenBy = (body: string) => Object.entries(JSON.parse(body).update)[0];

test("connections have separate keys, and use all of them", () => {
  const oracle = createOracle(10);
  const owners = new Map<string, Set<number>>();
  for (let pass = 0; pass < 50; pass += 1) {
    for (const connection of [0, 1, 2, 3]) {
      const [key = ""] = writtenBy(oracle.next(connection, 4)) ?? [];
      oracle.onResponse(connection, 200);
      owners.set(key, (owners.get(key) ?? new Set()).add(connection));
    }
  }
  expect([...owners.keys()].toSorted()).toEqual(Object.keys(oracle.start).toSorted());
  expect([...owners.values()].every((connections) => connections.size === 1)).toBe(true);
  expect(oracle.acknowledged()).toBe(200);
});

test("a lost write is reported, a write with unknown outcome may be present or absent", () => {
  const oracle = createOracle(1);
  const write = (status: number) => {
    oracle.next(0, 1);
    oracle.onResponse(0, status);
  };
  write(200);
  write(200);
  write(503);
  expect(oracle.faults({ "bench-0000": 2 })).toEqual([]);
  expect(oracle.faults({ "bench-0000": 3 })).toEqual([]);
  expect(oracle.faults({ "bench-0000": 1 })).toEqual(["bench-0000 is 1, not 2 or 3"]);
});
