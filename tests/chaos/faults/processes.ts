import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "../cluster/cluster.ts";
import type { Fault } from "./fault.ts";
import { BUS, required, PROCESSES } from "./fault.ts";

const PAUSE_MS = 6_000;
const DOWN_MS = 8_000;

async function pidOf({ processes }: Cluster, name: string): Promise<number> {
  const { children } = await required(processes).runFile();
  const found = children.find((child) => child.name === name);
  if (!found) throw new Error(`${name} is not running`);
  return found.pid;
}

/** Kills the bus, and stops the supervisor meanwhile so that it does not restart the bus. */
async function stopBus(
  cluster: Cluster,
  ms: number,
  meanwhile?: () => Promise<void>,
): Promise<void> {
  const { pid: supervisor } = await required(cluster.processes).runFile();
  const bus = await pidOf(cluster, BUS);
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
  cluster: "embedded",
  inject: ({ cluster }) => required(cluster.processes).killChild(name),
}));

const paused = PROCESSES.map((name): Fault => ({
  name: `pause-${name}`,
  cluster: "embedded",
  async inject({ cluster }) {
    const pid = await pidOf(cluster, name);
    process.kill(pid, "SIGSTOP");
    await delay(PAUSE_MS);
    process.kill(pid, "SIGCONT");
  },
}));

/** Processes are killed or paused, and recover. */
export const processFaults: readonly Fault[] = [
  ...killed,
  {
    name: "kill-random",
    cluster: "embedded",
    async inject({ cluster, random, log }) {
      for (let round = 0; round < 5; round += 1) {
        const name = random.pick(PROCESSES);
        log(`kill -9 ${name}`);
        // It may still be down from the round before.
        await required(cluster.processes)
          .killChild(name)
          .catch(() => undefined);
        await delay(random.between(0, 1_500));
      }
    },
  },
  {
    name: "kill-all",
    cluster: "embedded",
    async inject({ cluster }) {
      await Promise.all(PROCESSES.map((name) => required(cluster.processes).killChild(name)));
    },
  },
  {
    name: "kill-supervisor",
    cluster: "embedded",
    async inject({ cluster }) {
      const platform = required(cluster.processes);
      await platform.end("SIGKILL");
      await platform.start();
    },
  },
  ...paused,
  {
    name: "bus-away",
    cluster: "embedded",
    inject: ({ cluster }) => stopBus(cluster, DOWN_MS),
  },
  {
    name: "bus-wiped",
    cluster: "embedded",
    inject: ({ cluster }) =>
      stopBus(cluster, 0, async () => {
        const folder = join(required(cluster.processes).folder, "data", "nats", "jetstream");
        await rm(folder, { recursive: true, force: true });
      }),
  },
];
