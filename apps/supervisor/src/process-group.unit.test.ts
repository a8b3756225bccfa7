import { expect, test } from "vitest";
import { fleet } from "./process-group.ts";
import type { Keeper } from "./process-monitor.ts";

function keeper(name: string, stop: (graceMs: number) => void): Keeper {
  return {
    name,
    pid: () => (name === "self" ? process.pid : undefined),
    start: () => undefined,
    restart: () => undefined,
    ready: Promise.resolve(),
    stop: (graceMs) => Promise.resolve(stop(graceMs)),
    kill: () => undefined,
  };
}

test("groups stop in order, all within ten seconds even when every process hangs", async () => {
  let clock = 0;
  const graces: [string, number][] = [];
  const hanging = (name: string) =>
    keeper(name, (graceMs) => {
      graces.push([name, graceMs]);
      clock += graceMs;
    });
  const groups = ["gateway", "loop", "state", "nats-server"].map((name) => [hanging(name)]);
  await fleet(groups, () => clock).stop();
  expect(graces).toEqual([
    ["gateway", 3_000],
    ["loop", 3_000],
    ["state", 3_000],
    ["nats-server", 500],
  ]);
});

test("only processes that run are told of, with what tells them from later ones", () => {
  const running = fleet([
    [keeper("self", () => undefined), keeper("waiting", () => undefined)],
  ]).running();
  expect(running).toEqual([{ name: "self", pid: process.pid, identity: expect.any(String) }]);
});
