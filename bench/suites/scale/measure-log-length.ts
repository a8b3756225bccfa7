import type { TestCluster } from "../../src/cluster/test-cluster.ts";
import { startTestCluster } from "../../src/cluster/test-cluster.ts";
import { alternateRounds } from "../../src/load/alternate.ts";
import { exchange, jsonOf } from "../../src/load/http-exchange.ts";
import { fillLog } from "../../src/log/filled-log.ts";
import { EVERY_MS } from "../../src/log/growing-log.ts";
import { takeTemplate } from "../../src/log/tick-template.ts";
import type { Child } from "../../src/process/child.ts";
import { mebibytes, residentBytes } from "../../src/process/resident.ts";
import type { Section } from "../../src/report/section.ts";
import type { Spread } from "../../src/statistics.ts";
import { median, show, spreadOf } from "../../src/statistics.ts";
import type { Figures, Sample } from "./costs.ts";
import { figuresOf } from "./costs.ts";
import type { ScaleOptions } from "./options.ts";
import { sampleLoad, startGenerator, WARM_UP_SECONDS } from "./sample.ts";

const MOMENTS = 100;

interface Size {
  readonly entries: number;
  readonly bytes: number;
  readonly cluster: TestCluster;
}

interface Measured {
  readonly entries: number;
  readonly bytes: number;
  readonly startMs: number;
  /** Resident memory of state after its start and after the loads, bytes. */
  readonly idle: number;
  readonly loaded: number;
  readonly writes: Figures;
  readonly reads: Figures;
  readonly asOf: Spread;
  readonly faults: readonly string[];
}

/** The same loads on clusters with short and long logs without compaction, in alternating rounds. */
export async function measureLogLength(options: ScaleOptions): Promise<readonly Section[]> {
  const { template } = await takeTemplate();
  const most = options.entries.at(-1) ?? 0;
  const filled = await fillLog(template, most);
  const sizes: Size[] = [];
  const generator = startGenerator();
  try {
    for (const entries of options.entries) {
      let bytes = 0;
      const cluster = await startTestCluster({
        env: { VEGA_LOG_DAYS: "0" },
        fill: async (dataDir) => {
          ({ bytes } = await filled.growInto(dataDir, entries, entries === most));
        },
      });
      sizes.push({ entries, bytes, cluster });
    }
    return [sectionOf(await measureAll(sizes, generator, options), options)];
  } finally {
    await generator.close();
    await Promise.all(sizes.map(({ cluster }) => cluster.close()));
    await filled.close();
  }
}

const stateOf = ({ cluster }: Size) => residentBytes(cluster.pids().get("state-1") ?? Number.NaN);

async function measureAll(
  sizes: readonly Size[],
  generator: Child,
  { rounds, connections, seconds }: ScaleOptions,
): Promise<Measured[]> {
  const idle = sizes.map(stateOf);
  const sampleAll = (load: "writes" | "reads") =>
    alternateRounds(
      { rounds, warmUp: true },
      new Map(
        sizes.map((size) => {
          const run = (round: number): Promise<Sample> =>
            sampleLoad(generator, size.cluster, {
              load,
              connections,
              seconds: round === 0 ? WARM_UP_SECONDS : seconds,
            });
          return [size, run] as const;
        }),
      ),
    );
  const samples = { writes: await sampleAll("writes"), reads: await sampleAll("reads") };
  const measured: Measured[] = [];
  for (const [index, size] of sizes.entries()) {
    const [writes = [], reads = []] = [samples.writes.get(size), samples.reads.get(size)];
    const { asOf, faults } = await readPast(size);
    measured.push({
      entries: size.entries,
      bytes: size.bytes,
      startMs: size.cluster.startMs,
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

/** Reads of past state at moments spread over the log, sequential requests. */
async function readPast({ entries, cluster }: Size): Promise<{ asOf: Spread; faults: string[] }> {
  const times: number[] = [];
  const faults: string[] = [];
  const [url = ""] = cluster.urls;
  for (let n = 0; n < MOMENTS; n += 1) {
    // Spread by the golden ratio, so that no cache of the previous read helps.
    const sequence = 1 + Math.floor(((n * 0.618_034) % 1) * (entries - 1));
    const sent = performance.now();
    const response = await exchange(url, { path: `/api/status?sequence=${sequence}` });
    times.push(performance.now() - sent);
    const { meta }: { meta?: { infinity_loop_iteration: number } } = jsonOf(response);
    // The first entry creates the system state, each later one is an iteration.
    if (response.status !== 200 || meta?.infinity_loop_iteration !== sequence - 1) {
      faults.push(`at ${sequence}: ${response.status}, iteration ${meta?.infinity_loop_iteration}`);
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
    title: `Cost of a long log, SQLite, 1 of each, ${options.connections} connections`,
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
    rows: measured.map((size) => [
      ...[size.entries, size.bytes / 1e6, size.startMs].map(show),
      mebibytes(size.idle),
      mebibytes(size.loaded),
      ...[
        size.writes.perSecond,
        size.writes.p99,
        size.writes.cost["state"] ?? Number.NaN,
        size.reads.perSecond,
        size.reads.p99,
        size.asOf.p50,
        size.asOf.p99,
      ].map(show),
    ]),
    notes: [
      `to ${show(first?.entries ?? NaN)} entries, writes a second: ${ratio(({ writes }) => writes.perSecond)}; state's CPU a write: ${ratio(({ writes }) => writes.cost["state"] ?? NaN)}`,
      `an iteration is ${show(median(measured.map(({ bytes, entries }) => bytes / entries)))} bytes, with its indexes; ${show(86_400_000 / EVERY_MS)} are written a day`,
    ],
    aims: [],
    faults: measured.flatMap(({ entries, faults }) => faults.map((it) => `${entries}: ${it}`)),
    raw: measured,
  };
}
