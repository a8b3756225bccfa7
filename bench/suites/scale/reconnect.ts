import { setTimeout as delay } from "node:timers/promises";
import { clock } from "../../src/clock.ts";
import type { TestCluster } from "../../src/cluster/test-cluster.ts";
import { write } from "../../src/load/write.ts";
import { cpuTimes } from "../../src/process/cpu.ts";
import type { Spread } from "../../src/statistics.ts";
import { show, spreadCells, spreadOf } from "../../src/statistics.ts";
import type { Subscribers } from "../../src/subscribers/subscribers.ts";

/** Writes during the interruption, so that every subscriber has missed events. */
const WRITE_EVERY_MS = 500;
const MISSED_WRITES = 10;
const DELIVERY_TIMEOUT_MS = 30_000;
const STEPS_MS = [500, 1_000, 1_500, 2_000, 3_000, 4_000, 5_000, 7_500, 10_000, 15_000];

/** Recovery after all subscribers lost their connection at once. Times in milliseconds from that moment. */
export interface Recovery {
  readonly name: string;
  /** Until a subscriber received `connected` again. */
  readonly back: Spread;
  /** Reconnected subscribers after each of these times. */
  readonly backBy: Readonly<Record<number, number>>;
  /** Until the gateway was ready again; undefined where it kept running. */
  readonly restartMs: number | undefined;
  /** Subscribers that did not reconnect. */
  readonly missing: number;
  /** From a last write until each subscriber has received it and all before. */
  readonly lastEventMs: number;
  readonly triedAgain: number;
  readonly gatewayCpuMs: number;
  readonly faults: readonly string[];
}

/** @param cutAll breaks every connection of the subscribers */
export async function measureRecovery(
  name: string,
  cluster: TestCluster,
  subscribers: Subscribers,
  cutAll: () => Promise<void>,
): Promise<Recovery> {
  await subscribers.report([]);
  const cpu = () => cpuTimes(cluster.pids())["gateway-1"] ?? Number.NaN;
  const pid = cluster.pids().get("gateway-1");
  const before = cpu();
  const cutAt = clock();
  let restartMs: number | undefined;
  const cut = cutAll().then(() => {
    if (cluster.pids().get("gateway-1") !== pid) restartMs = clock() - cutAt;
  });
  const sequences: number[] = [];
  for (let n = 0; n < MISSED_WRITES; n += 1) {
    sequences.push(await write(cluster, n));
    await delay(WRITE_EVERY_MS);
  }
  await cut;
  const lastAt = clock();
  const last = await write(cluster, MISSED_WRITES);
  sequences.push(last);
  const behind = await subscribers.missing(last, DELIVERY_TIMEOUT_MS);
  const lastEventMs = clock() - lastAt;
  const report = await subscribers.report(sequences);
  const backTimes = report.backAt.map((at) => at - cutAt);
  const missing = subscribers.clients - backTimes.length;
  const deliveries = report.arrivals.map(({ receivedAt }) => receivedAt.length);
  return {
    name,
    back: spreadOf(backTimes),
    backBy: Object.fromEntries(
      STEPS_MS.map((step) => [step, backTimes.filter((ms) => ms <= step).length]),
    ),
    restartMs,
    missing,
    lastEventMs,
    triedAgain: report.triedAgain,
    // A restarted process starts at 0.
    gatewayCpuMs: cpu() - (cluster.pids().get("gateway-1") === pid ? before : 0),
    faults: [
      ...report.faults,
      ...(missing === 0 ? [] : [`${missing} of ${subscribers.clients} did not reconnect`]),
      ...(behind === 0 ? [] : [`${behind} did not receive the last event`]),
      ...deliveries.flatMap((count, index) =>
        count === subscribers.clients ? [] : [`event ${sequences[index]} came ${count} times`],
      ),
    ],
  };
}

export function recoveryRow(recovery: Recovery, clients: number): string[] {
  const { name, back, backBy, lastEventMs, gatewayCpuMs, triedAgain } = recovery;
  return [
    name,
    ...spreadCells(back),
    `${((100 * (backBy[5_000] ?? 0)) / clients).toFixed(1)} %`,
    show(lastEventMs),
    show(gatewayCpuMs / 1_000),
    String(triedAgain),
  ];
}
