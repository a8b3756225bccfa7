import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { machineFacts } from "./machine.ts";
import { measureBus } from "./measure-bus.ts";
import { measureFlood } from "./measure-flood.ts";
import { measureMemory } from "./measure-memory.ts";
import { measureReady } from "./measure-ready.ts";
import { measureSqlite } from "./measure-sqlite.ts";
import { measureSse } from "./measure-sse.ts";
import { measureStatus } from "./measure-status.ts";
import type { Measurement, Options } from "./options.ts";
import type { BenchPlatform } from "./platform.ts";
import { preparePlatform } from "./platform.ts";
import { residentNow, residentSection, watchResident } from "./resident.ts";
import type { Section } from "./section.ts";
import { sectionText } from "./section.ts";

const RESULTS = join(import.meta.dirname, "results");
/** Before a process is called idle. */
const SETTLE_MS = 5_000;
/** Exit code, as shells have it. */
const INTERRUPTED = 130;
const ON_PLATFORM: readonly Measurement[] = ["ready", "sse", "status", "memory", "flood"];

type Add = (section: Section) => void;

/** Measures, shows and keeps the results. Returns whether all that was measured was right, too. */
export async function bench(options: Options): Promise<boolean> {
  const at = new Date().toISOString();
  const machine = machineFacts();
  console.log(
    `${machine.cores} × ${machine.model}, node ${machine.node}, commit ${machine.commit}, load before ${machine.load_before}`,
  );
  const sections: Section[] = [];
  const add: Add = (section) => {
    sections.push(section);
    console.log(sectionText(section));
  };
  const wants = (name: Measurement) => options.only.includes(name);
  // First, while nothing else runs.
  if (wants("bus")) add(await measureBus(options));
  if (wants("sqlite")) add(measureSqlite(options));
  const facts = ON_PLATFORM.some(wants)
    ? await withPlatform((it) => onPlatform(it, options, add))
    : {};
  mkdirSync(RESULTS, { recursive: true });
  const file = join(RESULTS, `${at.replaceAll(":", "-")}.json`);
  const kept = { at, machine: { ...machine, ...facts }, options, sections };
  writeFileSync(file, `${JSON.stringify(kept, null, 1)}\n`);
  console.log(`\nraw figures: ${file}`);
  return sections.every(({ faults }) => faults.length === 0);
}

/** Whatever comes of the work, the platform is stopped as Ctrl-C does and its folder removed. */
async function withPlatform<Facts extends object>(
  work: (platform: BenchPlatform) => Promise<Facts>,
): Promise<Facts> {
  const platform = await preparePlatform();
  const { promise: interrupted, resolve } = Promise.withResolvers<undefined>();
  const interrupt = () => resolve(undefined);
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    const facts = await Promise.race([work(platform), interrupted]);
    if (facts) return facts;
  } finally {
    await platform.end("SIGINT");
    await platform.close();
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
  return process.exit(INTERRUPTED);
}

async function onPlatform(platform: BenchPlatform, options: Options, add: Add) {
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
  add(residentSection(idle, load));
  if (wants("flood")) add(await measureFlood(platform, options));
  return { nats_server: platform.natsVersion(), store: platform.store };
}
