import { setTimeout as delay } from "node:timers/promises";
import { cpuSince, cpuTimes } from "../ai/cpu.ts";
import type { Spread } from "../figures.ts";
import { show, spreadOf } from "../figures.ts";
import { residentBytes, watchResident } from "../resident.ts";
import type { Section } from "../section.ts";
import { clock } from "../sse-messages.ts";
import type { Crowd } from "./crowd.ts";
import { openCrowd } from "./crowd.ts";
import { refuseTooFewDescriptors } from "./descriptors.ts";
import type { Fleet } from "./fleet.ts";
import { startFleet } from "./fleet.ts";
import type { ScaleOptions } from "./options.ts";
import type { Storm } from "./storm.ts";
import { raiseStorm, stormRow } from "./storm.ts";
import { write } from "./write.ts";

const GATEWAY = "gateway-1";
const WRITES = 30;
const WARM_UP_CLIENTS = 100;
const SETTLE_MS = 3_000;
const DELIVERY_TIMEOUT_MS = 20_000;
const BACK_WITHIN_MS = 5_000;
const MEBIBYTE = 1024 * 1024;

/** Many subscribers of one gateway: what one costs, how long an event takes to all, and what happens when all are cut off. */
export async function measureCrowd(options: ScaleOptions): Promise<readonly Section[]> {
  const { clients, processes } = options;
  refuseTooFewDescriptors(clients);
  // Whoever writes does so by the other gateway, which is there also while the first is killed.
  const fleet = await startFleet({ replicas: { gateway: 2 } });
  try {
    const [url = ""] = fleet.urls;
    await (await openCrowd(url, WARM_UP_CLIENTS, processes)).close();
    await delay(SETTLE_MS);
    const before = look(fleet);
    const began = performance.now();
    const crowd = await openCrowd(url, clients, processes);
    try {
      const openMs = performance.now() - began;
      await delay(SETTLE_MS);
      const opened = look(fleet);
      const delivered = await deliver(fleet, crowd);
      const stopWatching = watchResident(new Map([[GATEWAY, pidOf(fleet)]]));
      const storms: Storm[] = [
        await raiseStorm("connections cut, back after `retry`", fleet, crowd, () =>
          crowd.cut("after retry"),
        ),
        await raiseStorm("connections cut, back at once", fleet, crowd, () => crowd.cut("at once")),
      ];
      const most = Math.max(...stopWatching().map((sample) => sample[GATEWAY] ?? 0));
      storms.push(
        await raiseStorm("gateway killed with -9 and started anew", fleet, crowd, async () => {
          await crowd.expectCut("after retry");
          await fleet.replace(GATEWAY);
        }),
      );
      const memory = { before: before.resident, opened: opened.resident, most };
      const cpu = opened.cpuMs - before.cpuMs;
      return [
        deliverySection(clients, delivered, { memory, openMs, openCpuMs: cpu }),
        stormSection(clients, storms),
      ];
    } finally {
      await crowd.close();
    }
  } finally {
    await fleet.close();
  }
}

const pidOf = (fleet: Fleet) => fleet.pids().get(GATEWAY) ?? Number.NaN;

const look = (fleet: Fleet) => ({
  resident: residentBytes(pidOf(fleet)),
  cpuMs: cpuTimes(fleet.pids())[GATEWAY] ?? Number.NaN,
});

interface Delivery {
  readonly fromPost: Spread;
  readonly apart: Spread;
  readonly seconds: number;
  /** Of each process, and of those with the subscribers, milliseconds. */
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
}

/** Writes, each when the one before has reached everybody. */
async function deliver(fleet: Fleet, crowd: Crowd): Promise<Delivery> {
  const clientsBefore = (await crowd.report([])).cpuMs;
  const before = cpuTimes(fleet.pids());
  const began = performance.now();
  const sentAt = new Map<number, number>();
  let untold = 0;
  for (let n = 0; n < WRITES; n += 1) {
    const at = clock();
    const sequence = await write(fleet, n);
    sentAt.set(sequence, at);
    untold += await crowd.told(sequence, DELIVERY_TIMEOUT_MS);
  }
  const seconds = (performance.now() - began) / 1_000;
  const cpu = cpuSince(cpuTimes(fleet.pids()), before);
  const report = await crowd.report([...sentAt.keys()]);
  const sent = [...sentAt.values()];
  const fromPost = report.arrivals.flatMap((times, index) =>
    times.map((time) => time - (sent[index] ?? Number.NaN)),
  );
  const apart = report.arrivals.map((times) => spreadOf(times).max - Math.min(...times));
  const came = fromPost.length;
  return {
    fromPost: spreadOf(fromPost),
    apart: spreadOf(apart),
    seconds,
    cpuMs: { ...cpu, clients: report.cpuMs - clientsBefore },
    faults: [
      ...report.faults,
      ...(untold === 0 ? [] : [`${untold} deliveries took longer than ${DELIVERY_TIMEOUT_MS} ms`]),
      ...(came === WRITES * crowd.clients
        ? []
        : [`${came} deliveries of ${WRITES * crowd.clients}: each client gets each event once`]),
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
  return {
    title: `${show(clients)} subscribers of one gateway, ${WRITES} writes one after the other, ms`,
    columns: ["", "p50", "p99", "max"],
    rows: [row("POST sent → received", fromPost), row("first client → last client", apart)],
    notes: [
      `memory: ${show(bytesAClient)} bytes a client (gateway ${mebibytes(memory.before)} MiB without, ${mebibytes(memory.opened)} with them, at most ${mebibytes(memory.most)} in storms of connections)`,
      `processor time a delivery: gateway ${show(microseconds(GATEWAY))} µs, clients ${show(microseconds("clients"))} µs; a connection: gateway ${show((openCpuMs * 1_000) / clients)} µs, all opened in ${show(openMs)} ms`,
      `busy while delivering, of one core: gateway ${show((cpuMs[GATEWAY] ?? 0) / seconds / 10)} %, clients ${show((cpuMs["clients"] ?? 0) / seconds / 10)} %`,
    ],
    aims: [],
    faults: delivered.faults,
    raw: { clients, writes: WRITES, delivered, memory, bytesAClient, openMs, openCpuMs },
  };
}

const row = (name: string, { p50, p99, max }: Spread) => [name, ...[p50, p99, max].map(show)];
const mebibytes = (bytes: number) => show(bytes / MEBIBYTE);

function stormSection(clients: number, storms: readonly Storm[]): Section {
  return {
    title: `All ${show(clients)} cut off at once while somebody writes, from then until greeted again with Last-Event-ID, ms`,
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
    rows: storms.map((storm) => stormRow(storm, clients)),
    notes: [
      "ten writes while they were away and one after; each of the subscribers was told each event once, unless it says WRONG",
    ],
    aims: storms.map(({ name, back, missing, restartMs }) => ({
      what: `${name}: all back within ${BACK_WITHIN_MS / 1_000} s${restartMs === undefined ? "" : ` of its start, which took ${show(restartMs)} ms`}`,
      met: missing === 0 && back.max - (restartMs ?? 0) <= BACK_WITHIN_MS,
    })),
    faults: storms.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`)),
    raw: storms,
  };
}
