import { setTimeout as delay } from "node:timers/promises";
import type { BenchPlatform } from "../../src/cluster/platform.ts";
import { preparePlatform } from "../../src/cluster/platform.ts";
import { interruptible } from "../../src/process/interruptible.ts";
import { residentNow, residentSection, watchResident } from "../../src/process/resident.ts";
import type { Results } from "../../src/report/results.ts";
import { startResults } from "../../src/report/results.ts";
import { measureBus } from "./measure-bus.ts";
import { measureFlood } from "./measure-flood.ts";
import { measureMemory } from "./measure-memory.ts";
import { measureReady } from "./measure-ready.ts";
import { measureSqlite } from "./measure-sqlite.ts";
import { measureSse } from "./measure-sse.ts";
import { measureStatus } from "./measure-status.ts";
import { measureUsage } from "./measure-usage.ts";
import type { Measurement, Options } from "./options.ts";

/** Delay before a process counts as idle. */
const SETTLE_MS = 5_000;
const ON_PLATFORM: readonly Measurement[] = ["ready", "sse", "status", "memory", "flood"];

/** Measures, prints and keeps the results. @returns whether all responses were correct */
export async function benchCore(options: Options): Promise<boolean> {
  const results = startResults();
  const wants = (name: Measurement) => options.only.includes(name);
  // First, while no platform runs.
  if (wants("bus")) results.add(await measureBus(options));
  if (wants("sqlite")) results.add(measureSqlite(options));
  if (wants("usage")) results.add(await measureUsage(options));
  const facts = ON_PLATFORM.some(wants)
    ? await withPlatform((it) => onPlatform(it, options, results))
    : {};
  return results.keep(options, facts);
}

/** Stops the platform as Ctrl-C does and removes its folder, also after an error. */
async function withPlatform<Facts extends object>(
  work: (platform: BenchPlatform) => Promise<Facts>,
): Promise<Facts> {
  const platform = await preparePlatform();
  return interruptible(
    () => work(platform),
    async () => {
      await platform.end("SIGINT");
      await platform.close();
    },
  );
}

async function onPlatform(platform: BenchPlatform, options: Options, { add }: Results) {
  const wants = (name: Measurement) => options.only.includes(name);
  if (wants("ready")) add(await measureReady(platform));
  else await platform.start();
  const pids = await platform.pids();
  await delay(SETTLE_MS);
  const idle = residentNow(pids);
  // Before the loads: the gateway would reuse memory that they leave, and the figure for subscribers would be too low.
  if (wants("sse")) add(await measureSse(platform, options));
  if (wants("status")) add(await measureStatus(platform, options));
  let load: ReturnType<ReturnType<typeof watchResident>> = [];
  if (wants("memory")) {
    const watch = watchResident(pids);
    add(await measureMemory(platform, options).finally(() => (load = watch())));
  }
  add(residentSection("idle after the start; during memory writes", idle, load));
  if (wants("flood")) add(await measureFlood(platform, options));
  return { nats_server: platform.natsVersion(), store: platform.store };
}
