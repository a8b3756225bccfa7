import { setTimeout as delay } from "node:timers/promises";
import { cpuTimes } from "../ai/cpu.ts";
import type { Spread } from "../figures.ts";
import { show, spreadOf } from "../figures.ts";
import { clock } from "../sse-messages.ts";
import type { Crowd } from "./crowd.ts";
import type { Fleet } from "./fleet.ts";
import { write } from "./write.ts";

/** So that everybody who was away has something to catch up with. */
const WRITE_EVERY_MS = 500;
const WRITES_WHILE_AWAY = 10;
const PATIENCE_MS = 30_000;
const STEPS_MS = [500, 1_000, 1_500, 2_000, 3_000, 4_000, 5_000, 7_500, 10_000, 15_000];

/** What came of a moment in which all subscribers lost their connection. Times in milliseconds since then. */
export interface Storm {
  readonly name: string;
  /** Until a subscriber was greeted again. */
  readonly back: Spread;
  /** How many were back after each so many milliseconds. */
  readonly backBy: Readonly<Record<number, number>>;
  /** Until the gateway was there again; undefined where it was not away. */
  readonly restartMs: number | undefined;
  /** Those who never came back. */
  readonly missing: number;
  /** A write at the end, until each of them had it and all before. */
  readonly lastEventMs: number;
  readonly triedAgain: number;
  readonly gatewayCpuMs: number;
  readonly faults: readonly string[];
}

/** @param cutAll breaks every connection of the crowd, or has it broken */
export async function raiseStorm(
  name: string,
  fleet: Fleet,
  crowd: Crowd,
  cutAll: () => Promise<void>,
): Promise<Storm> {
  await crowd.report([]);
  const cpu = () => cpuTimes(fleet.pids())["gateway-1"] ?? Number.NaN;
  const pid = fleet.pids().get("gateway-1");
  const before = cpu();
  const cutAt = clock();
  let restartMs: number | undefined;
  const cut = cutAll().then(() => {
    if (fleet.pids().get("gateway-1") !== pid) restartMs = clock() - cutAt;
  });
  const sequences: number[] = [];
  for (let n = 0; n < WRITES_WHILE_AWAY; n += 1) {
    sequences.push(await write(fleet, n));
    await delay(WRITE_EVERY_MS);
  }
  await cut;
  const lastAt = clock();
  const last = await write(fleet, WRITES_WHILE_AWAY);
  sequences.push(last);
  const untold = await crowd.told(last, PATIENCE_MS);
  const lastEventMs = clock() - lastAt;
  const report = await crowd.report(sequences);
  const backTimes = report.backAt.map((at) => at - cutAt);
  const missing = crowd.clients - backTimes.length;
  const told = report.arrivals.map(({ length }) => length);
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
    // A new process begins at nothing.
    gatewayCpuMs: cpu() - (fleet.pids().get("gateway-1") === pid ? before : 0),
    faults: [
      ...report.faults,
      ...(missing === 0 ? [] : [`${missing} of ${crowd.clients} did not come back`]),
      ...(untold === 0 ? [] : [`${untold} were not told of the last event`]),
      ...told.flatMap((count, index) =>
        count === crowd.clients ? [] : [`event ${sequences[index]} came ${count} times`],
      ),
    ],
  };
}

export function stormRow(storm: Storm, clients: number): string[] {
  const { name, back, backBy, lastEventMs, gatewayCpuMs, triedAgain } = storm;
  return [
    name,
    ...[back.p50, back.p99, back.max].map(show),
    `${((100 * (backBy[5_000] ?? 0)) / clients).toFixed(1)} %`,
    show(lastEventMs),
    show(gatewayCpuMs / 1_000),
    String(triedAgain),
  ];
}
