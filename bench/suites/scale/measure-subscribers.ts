import { setTimeout as delay } from "node:timers/promises";
import { clock } from "../../src/clock.ts";
import type { TestCluster } from "../../src/cluster/test-cluster.ts";
import { startTestCluster } from "../../src/cluster/test-cluster.ts";
import { write } from "../../src/load/write.ts";
import { cpuSince, cpuTimes } from "../../src/process/cpu.ts";
import { mebibytes, residentBytes, watchResident } from "../../src/process/resident.ts";
import type { Section } from "../../src/report/section.ts";
import type { Spread } from "../../src/statistics.ts";
import { show, spreadCells, spreadOf } from "../../src/statistics.ts";
import { requireDescriptors } from "../../src/subscribers/descriptors.ts";
import type { Subscribers } from "../../src/subscribers/subscribers.ts";
import { openSubscribers } from "../../src/subscribers/subscribers.ts";
import type { ScaleOptions } from "./options.ts";
import type { Recovery } from "./reconnect.ts";
import { measureRecovery, recoveryRow } from "./reconnect.ts";

const GATEWAY = "gateway-1";
const WRITES = 30;
const WARM_UP_CLIENTS = 100;
const SETTLE_MS = 3_000;
const DELIVERY_TIMEOUT_MS = 20_000;
const BACK_WITHIN_MS = 5_000;

/** Many subscribers of one gateway: memory of each, delivery time of an event, and recovery after all are cut. */
export async function measureSubscribers(options: ScaleOptions): Promise<readonly Section[]> {
  const { clients, processes } = options;
  requireDescriptors(clients);
  // Writes go through the second gateway, which runs also while the first is killed.
  const cluster = await startTestCluster({ replicas: { gateway: 2 } });
  try {
    const [url = ""] = cluster.urls;
    await (await openSubscribers(url, WARM_UP_CLIENTS, processes)).close();
    await delay(SETTLE_MS);
    const before = sample(cluster);
    const started = performance.now();
    const subscribers = await openSubscribers(url, clients, processes);
    try {
      const openMs = performance.now() - started;
      await delay(SETTLE_MS);
      const opened = sample(cluster);
      const delivered = await deliver(cluster, subscribers);
      const stopWatching = watchResident(new Map([[GATEWAY, pidOf(cluster)]]));
      const recoveries: Recovery[] = [
        await measureRecovery("connections cut, back after `retry`", cluster, subscribers, () =>
          subscribers.cut("after retry"),
        ),
        await measureRecovery("connections cut, back at once", cluster, subscribers, () =>
          subscribers.cut("at once"),
        ),
      ];
      const most = Math.max(...stopWatching().map((resident) => resident[GATEWAY] ?? 0));
      recoveries.push(
        await measureRecovery("gateway killed and restarted", cluster, subscribers, async () => {
          subscribers.expectCut("after retry");
          await cluster.replace(GATEWAY);
        }),
      );
      const memory = { before: before.resident, opened: opened.resident, most };
      const openCpuMs = opened.cpuMs - before.cpuMs;
      return [
        deliverySection(clients, delivered, { memory, openMs, openCpuMs }),
        recoverySection(clients, recoveries),
      ];
    } finally {
      await subscribers.close();
    }
  } finally {
    await cluster.close();
  }
}

const pidOf = (cluster: TestCluster) => cluster.pids().get(GATEWAY) ?? Number.NaN;

const sample = (cluster: TestCluster) => ({
  resident: residentBytes(pidOf(cluster)),
  cpuMs: cpuTimes(cluster.pids())[GATEWAY] ?? Number.NaN,
});

interface Delivery {
  readonly fromPost: Spread;
  readonly apart: Spread;
  readonly seconds: number;
  /** By process, the subscribers' included, milliseconds. */
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
}

/** Sequential writes, each after the delivery of the one before to all subscribers. */
async function deliver(cluster: TestCluster, subscribers: Subscribers): Promise<Delivery> {
  const clientsBefore = (await subscribers.report([])).cpuMs;
  const before = cpuTimes(cluster.pids());
  const started = performance.now();
  const sentAt = new Map<number, number>();
  let late = 0;
  for (let n = 0; n < WRITES; n += 1) {
    const at = clock();
    const sequence = await write(cluster, n);
    sentAt.set(sequence, at);
    late += await subscribers.missing(sequence, DELIVERY_TIMEOUT_MS);
  }
  const seconds = (performance.now() - started) / 1_000;
  const cpu = cpuSince(cpuTimes(cluster.pids()), before);
  const report = await subscribers.report([...sentAt.keys()]);
  const sent = [...sentAt.values()];
  const fromPost = report.arrivals.flatMap(({ receivedAt }, index) =>
    receivedAt.map((time) => time - (sent[index] ?? Number.NaN)),
  );
  const apart = report.arrivals.map(
    ({ receivedAt }) => spreadOf(receivedAt).max - Math.min(...receivedAt),
  );
  const deliveries = fromPost.length;
  return {
    fromPost: spreadOf(fromPost),
    apart: spreadOf(apart),
    seconds,
    cpuMs: { ...cpu, clients: report.cpuMs - clientsBefore },
    faults: [
      ...report.faults,
      ...(late === 0 ? [] : [`${late} deliveries took longer than ${DELIVERY_TIMEOUT_MS} ms`]),
      ...(deliveries === WRITES * subscribers.clients
        ? []
        : [
            `${deliveries} deliveries, not ${WRITES * subscribers.clients}: one of each event a client`,
          ]),
    ],
  };
}

function deliverySection(
  clients: number,
  delivered: Delivery,
  opened: {
    readonly memory: { readonly before: number; readonly opened: number; readonly most: number };
    readonly openMs: number;
    readonly openCpuMs: number;
  },
): Section {
  const { memory, openMs, openCpuMs } = opened;
  const { fromPost, apart, cpuMs, seconds } = delivered;
  const bytesAClient = (memory.opened - memory.before) / clients;
  const microseconds = (name: string) => ((cpuMs[name] ?? 0) * 1_000) / (WRITES * clients);
  const busy = (name: string) => show((cpuMs[name] ?? 0) / seconds / 10);
  return {
    title: `${show(clients)} subscribers of one gateway, ${WRITES} sequential writes, ms`,
    columns: ["", "p50", "p99", "max"],
    rows: [
      ["POST sent → received", ...spreadCells(fromPost)],
      ["first client → last client", ...spreadCells(apart)],
    ],
    notes: [
      `memory: ${show(bytesAClient)} bytes a client (gateway ${mebibytes(memory.before)} MiB without, ${mebibytes(memory.opened)} with them, at most ${mebibytes(memory.most)} during reconnects)`,
      `processor time a delivery: gateway ${show(microseconds(GATEWAY))} µs, clients ${show(microseconds("clients"))} µs; a connection: gateway ${show((openCpuMs * 1_000) / clients)} µs, all opened in ${show(openMs)} ms`,
      `busy while delivering, of one core: gateway ${busy(GATEWAY)} %, clients ${busy("clients")} %`,
    ],
    aims: [],
    faults: delivered.faults,
    raw: { clients, writes: WRITES, delivered, memory, bytesAClient, openMs, openCpuMs },
  };
}

function recoverySection(clients: number, recoveries: readonly Recovery[]): Section {
  return {
    title: `All ${show(clients)} cut at once during writes, from then until connected again with Last-Event-ID, ms`,
    columns: [
      "",
      "p50",
      "p99",
      "last",
      "back in 5 s",
      "a write then → all",
      "gateway CPU s",
      "tried again",
    ],
    rows: recoveries.map((recovery) => recoveryRow(recovery, clients)),
    notes: [
      "ten writes during the interruption and one after it; each subscriber received each event once, unless a line says INVALID",
    ],
    aims: recoveries.map(({ name, back, missing, restartMs }) => ({
      what: `${name}: all back within ${BACK_WITHIN_MS / 1_000} s${restartMs === undefined ? "" : ` of its start, which took ${show(restartMs)} ms`}`,
      met: missing === 0 && back.max - (restartMs ?? 0) <= BACK_WITHIN_MS,
    })),
    faults: recoveries.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`)),
    raw: recoveries,
  };
}
