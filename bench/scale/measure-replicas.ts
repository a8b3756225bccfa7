import { cpuSince, cpuTimes } from "../ai/cpu.ts";
import type { Child } from "../child.ts";
import { startChild } from "../child.ts";
import { show } from "../figures.ts";
import type { Section } from "../section.ts";
import type { Figures, Sample } from "./costs.ts";
import { figuresOf } from "./costs.ts";
import type { Fleet } from "./fleet.ts";
import type { LayoutName } from "./layouts.ts";
import { BASE, LAYOUT_NAMES, openLayout } from "./layouts.ts";
import type { LoadCommand, LoadName, LoadReport } from "./load-messages.ts";
import { LOADS } from "./load-messages.ts";
import type { ScaleOptions } from "./options.ts";

const WARM_UP_SECONDS = 1;
/** A hash takes a quarter of a second of a core: more at once only wait. */
const LOGINS_AT_ONCE = 8;
const SERVICES = ["gateway", "state", "nats", "mongo", "auth", "ai", "loop", "generator"] as const;

/** The rounds of a load on a layout. */
type Found = ReadonlyMap<string, readonly Sample[]>;

const place = (load: LoadName, layout: LayoutName) => `${load}: ${layout}`;

/** The same loads on installations with one and two of each process, all on this machine, in turn. */
export async function measureReplicas(options: ScaleOptions): Promise<readonly Section[]> {
  const fleets = new Map<LayoutName, Fleet>();
  const generator = startChild(new URL("./load-client.ts", import.meta.url));
  try {
    // One after the other: their starts are work that they would take from each other.
    for (const name of LAYOUT_NAMES) fleets.set(name, await openLayout(name));
    const found = await measureAll(fleets, generator, options);
    return [speedSection(found, options), costSection(found)];
  } finally {
    await generator.close();
    await Promise.all([...fleets.values()].map((fleet) => fleet.close()));
  }
}

async function measureAll(
  fleets: ReadonlyMap<LayoutName, Fleet>,
  generator: Child,
  options: ScaleOptions,
): Promise<Found> {
  const found = new Map<string, Sample[]>();
  for (const load of LOADS) {
    for (const fleet of fleets.values()) {
      await sampleOf(fleet, generator, load, options, Math.min(WARM_UP_SECONDS, options.seconds));
    }
    for (let round = 0; round < options.rounds; round += 1) {
      for (const [layout, fleet] of fleets) {
        const sample = await sampleOf(fleet, generator, load, options, options.seconds);
        const at = place(load, layout);
        found.set(at, [...(found.get(at) ?? []), sample]);
      }
    }
  }
  return found;
}

async function sampleOf(
  fleet: Fleet,
  generator: Child,
  load: LoadName,
  options: ScaleOptions,
  seconds: number,
): Promise<Sample> {
  const command: LoadCommand = {
    load,
    urls: fleet.urls,
    connections: load === "logins" ? LOGINS_AT_ONCE : options.connections,
    seconds,
    headers: fleet.writeHeaders,
    adminPassword: fleet.adminPassword,
  };
  const before = cpuTimes(fleet.pids());
  const report = await generator.ask<LoadReport>(command, "round");
  return { ...report, cpu: cpuSince(cpuTimes(fleet.pids()), before) };
}

/** Medians by load and layout, in the order of the table. */
const medians = (found: Found) =>
  LOADS.flatMap((load) =>
    LAYOUT_NAMES.map((layout) => ({
      load,
      layout,
      figures: figuresOf(found.get(place(load, layout)) ?? []),
    })),
  );

function speedSection(found: Found, options: ScaleOptions): Section {
  const all = medians(found);
  const base = (load: LoadName, layout: LayoutName) =>
    all.find((other) => other.load === load && other.layout === BASE[layout])?.figures.perSecond;
  return {
    title: `Requests a second at ${options.connections} connections (logins: ${LOGINS_AT_ONCE}), spread over the gateways`,
    columns: [
      "",
      "a second",
      "p50 ms",
      "p99 ms",
      "to 1 of each",
      "busiest",
      "its core, %",
      "all, cores",
    ],
    rows: all.map(({ load, layout, figures: { perSecond, p50, p99, busiest, cores } }) => [
      place(load, layout),
      show(perSecond),
      show(p50),
      show(p99),
      `${show(perSecond / (base(load, layout) ?? Number.NaN))} ×`,
      busiest.name,
      show(busiest.cores * 100),
      show(cores),
    ]),
    notes: [
      "all processes, the store and the generator of the load share the machine's cores; SecantusDB stands in for MongoDB and is no mongod",
    ],
    aims: [],
    faults: [...found].flatMap(([where, samples]) =>
      samples.flatMap(({ faults }) => faults.map((fault) => `${where}: ${fault}`)),
    ),
    raw: Object.fromEntries(found),
  };
}

const cell = ({ cost }: Figures, service: string) =>
  cost[service] === undefined ? "" : cost[service].toFixed(3);

function costSection(found: Found): Section {
  const all = medians(found);
  return {
    title: "Processor time of one request by service, all replicas together, ms",
    columns: ["", ...SERVICES],
    rows: all.map(({ load, layout, figures }) => [
      place(load, layout),
      ...SERVICES.map((service) => cell(figures, service)),
    ]),
    notes: [],
    aims: [],
    faults: [],
    raw: all,
  };
}
