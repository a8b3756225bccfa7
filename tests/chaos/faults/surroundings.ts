import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import type { Rig } from "../rig/rig.ts";
import type { Fault } from "./fault.ts";
import { need, SERVICES } from "./fault.ts";

const AWAY_MS = 8_000;
/** Longer than it takes to notice a bus that hangs, which is ten to fifteen seconds. */
const SILENT_MS = 18_000;
const SHORT_SILENCE_MS = 5_000;

async function lockDatabase({ processes }: Rig, ms: number): Promise<void> {
  const other = new DatabaseSync(join(need(processes).folder, "data", "vega.db"), {
    timeout: 5_000,
  });
  other.exec("BEGIN EXCLUSIVE");
  await delay(ms);
  other.exec("ROLLBACK");
  other.close();
}

const troubled = (
  name: string,
  services: readonly string[],
  what: "cut" | "silent",
  ms: number,
): Fault => ({
  name,
  rig: "apart",
  async happen({ rig }) {
    const proxy = need(rig.proxy);
    proxy.trouble(services, what);
    await delay(ms);
    proxy.heal();
  },
});

/** What the platform stands on goes away, and comes back. */
export const surroundingFaults: readonly Fault[] = [
  {
    name: "database-locked",
    rig: "embedded",
    happen: ({ rig }) => lockDatabase(rig, AWAY_MS),
  },
  ...[0, 64].map((spareKb): Fault => ({
    name: spareKb === 0 ? "disk-full" : "disk-nearly-full",
    rig: "small-disk",
    async happen({ rig }) {
      await need(rig.disk).fill(spareKb);
      await delay(AWAY_MS);
      await need(rig.disk).empty();
    },
  })),
  ...SERVICES.map((name) => troubled(`cut-${name}`, [name], "cut", AWAY_MS)),
  troubled("cut-all", SERVICES, "cut", AWAY_MS),
  ...SERVICES.map((name) => troubled(`silent-${name}`, [name], "silent", SHORT_SILENCE_MS)),
  troubled("silent-long-state", ["state"], "silent", SILENT_MS),
  troubled("silent-long-gateway", ["gateway"], "silent", SILENT_MS),
  troubled("silent-long-all", SERVICES, "silent", SILENT_MS),
  {
    name: "outer-bus-wiped",
    rig: "apart",
    happen: ({ rig }) => need(rig.nats).restart({ wipe: true }),
  },
  {
    name: "mongo-killed",
    rig: "mongo",
    async happen({ rig }) {
      await need(rig.mongo).kill();
      await delay(AWAY_MS);
      await need(rig.mongo).restart();
    },
  },
  {
    name: "mongo-paused",
    rig: "mongo",
    async happen({ rig }) {
      await need(rig.mongo).pause();
      await delay(AWAY_MS);
      need(rig.mongo).resume();
    },
  },
];
