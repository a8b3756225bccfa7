import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Rig } from "../rig/rig.ts";
import type { Fault } from "./fault.ts";
import { BUS, need, PROCESSES } from "./fault.ts";

const PAUSE_MS = 6_000;
const AWAY_MS = 8_000;

async function pidOf({ processes }: Rig, name: string): Promise<number> {
  const { children } = await need(processes).runFile();
  const found = children.find((child) => child.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found.pid;
}

/** Ends the bus, and keeps it from being started again for a while: who would do so is stopped meanwhile. */
async function takeBusAway(rig: Rig, ms: number, meanwhile?: () => Promise<void>): Promise<void> {
  const { pid: supervisor } = await need(rig.processes).runFile();
  const bus = await pidOf(rig, BUS);
  process.kill(supervisor, "SIGSTOP");
  try {
    process.kill(bus, "SIGKILL");
    await delay(ms);
    await meanwhile?.();
  } finally {
    process.kill(supervisor, "SIGCONT");
  }
}

const killed = PROCESSES.map((name): Fault => ({
  name: `kill-${name}`,
  rig: "embedded",
  happen: ({ rig }) => need(rig.processes).killChild(name),
}));

const paused = PROCESSES.map((name): Fault => ({
  name: `pause-${name}`,
  rig: "embedded",
  async happen({ rig }) {
    const pid = await pidOf(rig, name);
    process.kill(pid, "SIGSTOP");
    await delay(PAUSE_MS);
    process.kill(pid, "SIGCONT");
  },
}));

/** Processes end, stand still, and come back. */
export const processFaults: readonly Fault[] = [
  ...killed,
  {
    name: "kill-random",
    rig: "embedded",
    async happen({ rig, random, log }) {
      for (let round = 0; round < 5; round += 1) {
        const name = random.pick(PROCESSES);
        log(`kill -9 ${name}`);
        // It may be down already, and not up again yet.
        await need(rig.processes)
          .killChild(name)
          .catch(() => undefined);
        await delay(random.between(0, 1_500));
      }
    },
  },
  {
    name: "kill-all",
    rig: "embedded",
    async happen({ rig }) {
      await Promise.all(PROCESSES.map((name) => need(rig.processes).killChild(name)));
    },
  },
  {
    name: "kill-supervisor",
    rig: "embedded",
    async happen({ rig }) {
      const platform = need(rig.processes);
      await platform.end("SIGKILL");
      await platform.start();
    },
  },
  ...paused,
  {
    name: "bus-away",
    rig: "embedded",
    happen: ({ rig }) => takeBusAway(rig, AWAY_MS),
  },
  {
    name: "bus-wiped",
    rig: "embedded",
    happen: ({ rig }) =>
      takeBusAway(rig, 0, async () => {
        const folder = join(need(rig.processes).folder, "data", "nats", "jetstream");
        await rm(folder, { recursive: true, force: true });
      }),
  },
];
