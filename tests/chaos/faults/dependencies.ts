import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "../cluster/cluster.ts";
import type { Fault } from "./fault.ts";
import { required, SERVICES } from "./fault.ts";

const DOWN_MS = 8_000;
/** Longer than the detection of a hanging bus, which takes ten to fifteen seconds. */
const SILENT_MS = 18_000;
const SHORT_SILENCE_MS = 5_000;

async function lockDatabase({ processes }: Cluster, ms: number): Promise<void> {
  const other = new DatabaseSync(join(required(processes).folder, "data", "vega.db"), {
    timeout: 5_000,
  });
  other.exec("BEGIN EXCLUSIVE");
  await delay(ms);
  other.exec("ROLLBACK");
  other.close();
}

const disturbed = (
  name: string,
  services: readonly string[],
  what: "cut" | "silent",
  ms: number,
): Fault => ({
  name,
  cluster: "external-bus",
  async inject({ cluster }) {
    const proxy = required(cluster.proxy);
    proxy.disturb(services, what);
    await delay(ms);
    proxy.restore();
  },
});

/** Database, disk and bus fail and recover. */
export const dependencyFaults: readonly Fault[] = [
  {
    name: "database-locked",
    cluster: "embedded",
    inject: ({ cluster }) => lockDatabase(cluster, DOWN_MS),
  },
  ...[0, 64].map((spareKb): Fault => ({
    name: spareKb === 0 ? "disk-full" : "disk-nearly-full",
    cluster: "small-disk",
    async inject({ cluster }) {
      await required(cluster.disk).fill(spareKb);
      await delay(DOWN_MS);
      await required(cluster.disk).empty();
    },
  })),
  ...SERVICES.map((name) => disturbed(`cut-${name}`, [name], "cut", DOWN_MS)),
  disturbed("cut-all", SERVICES, "cut", DOWN_MS),
  ...SERVICES.map((name) => disturbed(`silent-${name}`, [name], "silent", SHORT_SILENCE_MS)),
  disturbed("silent-long-state", ["state"], "silent", SILENT_MS),
  disturbed("silent-long-gateway", ["gateway"], "silent", SILENT_MS),
  disturbed("silent-long-all", SERVICES, "silent", SILENT_MS),
  {
    name: "outer-bus-wiped",
    cluster: "external-bus",
    inject: ({ cluster }) => required(cluster.nats).restart({ wipe: true }),
  },
  {
    name: "mongo-killed",
    cluster: "mongo",
    async inject({ cluster }) {
      await required(cluster.mongo).kill();
      await delay(DOWN_MS);
      await required(cluster.mongo).restart();
    },
  },
  {
    name: "mongo-paused",
    cluster: "mongo",
    async inject({ cluster }) {
      await required(cluster.mongo).pause();
      await delay(DOWN_MS);
      required(cluster.mongo).resume();
    },
  },
];
