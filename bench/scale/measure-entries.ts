import { cpuSince, cpuTimes } from "../ai/cpu.ts";
import type { Child } from "../child.ts";
import { startChild } from "../child.ts";
import { exchange } from "../exchange.ts";
import type { Spread } from "../figures.ts";
import { median, show, spreadOf } from "../figures.ts";
import { EVERY_MS } from "../growth/iterations.ts";
import { takeTemplate } from "../growth/template.ts";
import { residentBytes } from "../resident.ts";
import type { Section } from "../section.ts";
import type { Figures, Sample } from "./costs.ts";
import { figuresOf } from "./costs.ts";
import { fillLog } from "./filled.ts";
import type { Fleet } from "./fleet.ts";
import { startFleet } from "./fleet.ts";
import type { LoadReport } from "./load-messages.ts";
import type { ScaleOptions } from "./options.ts";

const LOADS = ["writes", "reads"] as const;
const MOMENTS = 100;
const MEBIBYTE = 1024 * 1024;
const WARM_UP_SECONDS = 1;

interface Size {
  readonly entries: number;
  readonly bytes: number;
  readonly fleet: Fleet;
}

interface Measured {
  readonly entries: number;
  readonly bytes: number;
  readonly startMs: number;
  /** Of state, right after its start and after the loads, bytes. */
  readonly idle: number;
  readonly loaded: number;
  readonly writes: Figures;
  readonly reads: Figures;
  readonly asOf: Spread;
  readonly faults: readonly string[];
}

/** The same loads on installations whose logs are short and long, in turn. Nothing is thinned out. */
export async function measureEntries(options: ScaleOptions): Promise<readonly Section[]> {
  const { template } = await takeTemplate();
  const most = options.entries.at(-1) ?? 0;
  const filled = await fillLog(template, most);
  const sizes: Size[] = [];
  const generator = startChild(new URL("./load-client.ts", import.meta.url));
  try {
    for (const entries of options.entries) {
      let bytes = 0;
      const fleet = await startFleet({
        env: { VEGA_LOG_DAYS: "0" },
        fill: async (dataDir) => {
          ({ bytes } = await filled.growInto(dataDir, entries, entries === most));
        },
      });
      sizes.push({ entries, bytes, fleet });
    }
    return [sectionOf(await measureAll(sizes, generator, options), options)];
  } finally {
    await generator.close();
    await Promise.all(sizes.map(({ fleet }) => fleet.close()));
    await filled.close();
  }
}

const stateOf = ({ fleet }: Size) => residentBytes(fleet.pids().get("state-1") ?? Number.NaN);

async function measureAll(
  sizes: readonly Size[],
  generator: Child,
  options: ScaleOptions,
): Promise<Measured[]> {
  const idle = sizes.map(stateOf);
  const samples = sizes.map(() => ({ writes: [] as Sample[], reads: [] as Sample[] }));
  for (const load of LOADS) {
    for (let round = 0; round <= options.rounds; round += 1) {
      for (const [index, { fleet }] of sizes.entries()) {
        const before = cpuTimes(fleet.pids());
        const report = await generator.ask<LoadReport>(
          {
            load,
            urls: fleet.urls,
            connections: options.connections,
            // The first one warms up.
            seconds: round === 0 ? WARM_UP_SECONDS : options.seconds,
            headers: fleet.writeHeaders,
            adminPassword: fleet.adminPassword,
          },
          "round",
        );
        const cpu = cpuSince(cpuTimes(fleet.pids()), before);
        if (round > 0) samples[index]?.[load].push({ ...report, cpu });
      }
    }
  }
  const measured: Measured[] = [];
  for (const [index, size] of sizes.entries()) {
    const { writes = [], reads = [] } = samples[index] ?? {};
    const { asOf, faults } = await lookBack(size);
    measured.push({
      entries: size.entries,
      bytes: size.bytes,
      startMs: size.fleet.startMs,
      idle: idle[index] ?? Number.NaN,
      loaded: stateOf(size),
      writes: figuresOf(writes),
      reads: figuresOf(reads),
      asOf,
      faults: [...faults, ...[...writes, ...reads].flatMap((sample) => sample.faults)],
    });
  }
  return measured;
}

/** The state at moments all over the log, one request after the other. */
async function lookBack({ entries, fleet }: Size): Promise<{ asOf: Spread; faults: string[] }> {
  const times: number[] = [];
  const faults: string[] = [];
  const [url = ""] = fleet.urls;
  for (let n = 0; n < MOMENTS; n += 1) {
    // Far from one another and in no order, so that nothing is at hand from the one before.
    const sequence = 1 + Math.floor(((n * 0.618_034) % 1) * (entries - 1));
    const asked = performance.now();
    const { status, body } = await exchange(url, { path: `/api/status?sequence=${sequence}` });
    times.push(performance.now() - asked);
    const { meta } = JSON.parse(Buffer.from(body).toString()) as {
      meta?: { infinity_loop_iteration: number };
    };
    // Entry 1 is the creation, and each one after it an iteration.
    if (status !== 200 || meta?.infinity_loop_iteration !== sequence - 1) {
      faults.push(`at ${sequence}: ${status}, iteration ${meta?.infinity_loop_iteration}`);
    }
  }
  return { asOf: spreadOf(times), faults: faults.slice(0, 3) };
}

function sectionOf(measured: readonly Measured[], options: ScaleOptions): Section {
  const [first] = measured;
  const ratio = (pick: (size: Measured) => number) =>
    measured
      .slice(1)
      .map((size) => `${show(size.entries)}: ${show(pick(size) / (first ? pick(first) : NaN))} ×`)
      .join(", ");
  return {
    title: `What a long log costs, SQLite, 1 of each, ${options.connections} connections`,
    columns: [
      "entries",
      "database MB",
      "start ms",
      "state MiB",
      "under load",
      "writes/s",
      "p99 ms",
      "state CPU ms a write",
      "reads/s",
      "p99 ms",
      "as of, p50 ms",
      "p99 ms",
    ],
    rows: measured.map((size) =>
      [
        size.entries,
        size.bytes / 1e6,
        size.startMs,
        size.idle / MEBIBYTE,
        size.loaded / MEBIBYTE,
        size.writes.perSecond,
        size.writes.p99,
        size.writes.cost["state"] ?? Number.NaN,
        size.reads.perSecond,
        size.reads.p99,
        size.asOf.p50,
        size.asOf.p99,
      ].map(show),
    ),
    notes: [
      `to ${show(first?.entries ?? NaN)} entries, writes a second: ${ratio(({ writes }) => writes.perSecond)}; state's CPU a write: ${ratio(({ writes }) => writes.cost["state"] ?? NaN)}`,
      `an iteration is ${show(median(measured.map(({ bytes, entries }) => bytes / entries)))} bytes, indexes and all; ${show(86_400_000 / EVERY_MS)} come a day`,
    ],
    aims: [],
    faults: measured.flatMap(({ entries, faults }) => faults.map((it) => `${entries}: ${it}`)),
    raw: measured,
  };
}
