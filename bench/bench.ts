import { setTimeout as delay } from "node:timers/promises";
import { interruptible } from "./interruptible.ts";
import { measureBus } from "./measure-bus.ts";
import { measureFlood } from "./measure-flood.ts";
import { measureMemory } from "./measure-memory.ts";
import { measureReady } from "./measure-ready.ts";
import { measureSqlite } from "./measure-sqlite.ts";
import { measureSse } from "./measure-sse.ts";
import { measureStatus } from "./measure-status.ts";
import { measureUsage } from "./measure-usage.ts";
import type { Measurement, Options } from "./options.ts";
import type { BenchPlatform } from "./platform.ts";
import { preparePlatform } from "./platform.ts";
import { residentNow, residentSection, watchResident } from "./resident.ts";
import type { Results } from "./keep.ts";
import { startResults } from "./keep.ts";

/** Before a process is called idle. */
const SETTLE_MS = 5_000;
const ON_PLATFORM: readonly Measurement[] = ["ready", "sse", "status", "memory", "flood"];

/** Measures, shows and keeps the results. Returns whether all that was measured was right, too. */
export async function bench(options: Options): Promise<boolean> {
  const results = startResults();
  const wants = (name: Measurement) => options.only.includes(name);
  // First, while nothing else runs.
  if (wants("bus")) results.add(await measureBus(options));
  if (wants("sqlite")) results.add(measureSqlite(options));
  if (wants("usage")) results.add(await measureUsage(options));
  const facts = ON_PLATFORM.some(wants)
    ? await withPlatform((it) => onPlatform(it, options, results))
    : {};
  return results.keep(options, facts);
}

/** Whatever comes of the work, the platform is stopped as Ctrl-C does and its folder removed. */
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
  // Before the loads, which leave the gateway with memory that it would give to the clients.
  if (wants("sse")) add(await measureSse(platform, options));
  if (wants("status")) add(await measureStatus(platform, options));
  let load: ReturnType<ReturnType<typeof watchResident>> = [];
  if (wants("memory")) {
    const watch = watchResident(pids);
    add(await measureMemory(platform, options).finally(() => (load = watch())));
  }
  add(residentSection("idle after the start; while memory is written", idle, load));
  if (wants("flood")) add(await measureFlood(platform, options));
  return { nats_server: platform.natsVersion(), store: platform.store };
}
