import { expect, test } from "vitest";
import { createProcessGroup } from "./process-group.ts";
import type { ProcessMonitor } from "./process-monitor.ts";

function fakeMonitor(name: string, stop: (graceMs: number) => void): ProcessMonitor {
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
    fakeMonitor(name, (graceMs) => {
      graces.push([name, graceMs]);
      clock += graceMs;
    });
  const groups = ["gateway", "loop", "state", "nats-server"].map((name) => [hanging(name)]);
  await createProcessGroup(groups, () => clock).stop();
  expect(graces).toEqual([
    ["gateway", 3_000],
    ["loop", 3_000],
    ["state", 3_000],
    ["nats-server", 500],
  ]);
});

test("running() has only running processes, each with its identity", () => {
  const running = createProcessGroup([
    [fakeMonitor("self", () => undefined), fakeMonitor("waiting", () => undefined)],
  ]).running();
  expect(running).toEqual([{ name: "self", pid: process.pid, identity: expect.any(String) }]);
});
