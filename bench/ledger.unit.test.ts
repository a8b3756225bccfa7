import { expect, test } from "vitest";
import { createLedger } from "./ledger.ts";

const writtenBy = (body: string) => Object.entries(JSON.parse(body).update)[0];

test("connections have keys of their own, and use all of them", () => {
  const ledger = createLedger(10);
  const owners = new Map<string, Set<number>>();
  for (let turn = 0; turn < 50; turn += 1) {
    for (const connection of [0, 1, 2, 3]) {
      const [key = ""] = writtenBy(ledger.next(connection, 4)) ?? [];
      ledger.answered(connection, 200);
      owners.set(key, (owners.get(key) ?? new Set()).add(connection));
    }
  }
  expect([...owners.keys()].toSorted()).toEqual(Object.keys(ledger.start).toSorted());
  expect([...owners.values()].every((connections) => connections.size === 1)).toBe(true);
  expect(ledger.acknowledged()).toBe(200);
});

test("a lost write is found, one whose outcome is unknown may be there or not", () => {
  const ledger = createLedger(1);
  const write = (status: number) => {
    ledger.next(0, 1);
    ledger.answered(0, status);
  };
  write(200);
  write(200);
  write(503);
  expect(ledger.faults({ "bench-0000": 2 })).toEqual([]);
  expect(ledger.faults({ "bench-0000": 3 })).toEqual([]);
  expect(ledger.faults({ "bench-0000": 1 })).toEqual(["bench-0000 is 1, not 2 or 3"]);
});
