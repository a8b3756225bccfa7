import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { inParallel, runClosedLoops } from "./closed-loop.ts";

test("without a duration each client sends one request", async () => {
  const clients: number[] = [];
  await runClosedLoops({
    clients: 3,
    seconds: 0,
    once: async (client) => void clients.push(client),
  });
  expect(clients).toEqual([0, 1, 2]);
});

test("a client has one request in flight at a time, all clients run at once", async () => {
  const inFlight = [0, 0];
  let most = 0;
  let requests = 0;
  const { seconds } = await runClosedLoops({
    clients: 2,
    seconds: 0.02,
    async once(client) {
      requests += 1;
      expect((inFlight[client] = (inFlight[client] ?? 0) + 1)).toBe(1);
      most = Math.max(most, inFlight[0]! + inFlight[1]!);
      await nextTurn();
      inFlight[client] = 0;
    },
  });
  expect(most).toBe(2);
  expect(requests).toBeGreaterThan(2);
  expect(seconds).toBeGreaterThanOrEqual(0.02);
});

test("parallel work handles each item once, with a bound", async () => {
  const items = Array.from({ length: 10 }, (_, n) => n);
  const done: number[] = [];
  let running = 0;
  await inParallel(items, 3, async (item) => {
    expect((running += 1)).toBeLessThanOrEqual(3);
    await nextTurn();
    running -= 1;
    done.push(item);
  });
  expect(done.toSorted((a, b) => a - b)).toEqual(items);
});
