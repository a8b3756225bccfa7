import type { TestCluster } from "../../src/cluster/test-cluster.ts";
import { alternateRounds } from "../../src/load/alternate.ts";
import type { LoadName } from "../../src/load/load-messages.ts";
import { LOADS } from "../../src/load/load-messages.ts";
import type { Child } from "../../src/process/child.ts";
import type { Section } from "../../src/report/section.ts";
import { show } from "../../src/statistics.ts";
import type { Figures, Sample } from "./costs.ts";
import { figuresOf } from "./costs.ts";
import type { LayoutName } from "./layouts.ts";
import { BASE, LAYOUT_NAMES, openLayout } from "./layouts.ts";
import type { ScaleOptions } from "./options.ts";
import { sampleLoad, startGenerator, WARM_UP_SECONDS } from "./sample.ts";

/** A hash takes a quarter of a second of a core: more concurrent logins only wait. */
const CONCURRENT_LOGINS = 8;
const SERVICES = ["gateway", "state", "nats", "mongo", "auth", "ai", "loop", "generator"] as const;

/** The rounds of a load on a layout. */
type Found = ReadonlyMap<string, readonly Sample[]>;

const keyOf = (load: LoadName, layout: LayoutName) => `${load}: ${layout}`;

/** The same loads on clusters with one and two of each process, all on this machine, in alternating rounds. */
export async function measureReplicas(options: ScaleOptions): Promise<readonly Section[]> {
  const clusters = new Map<LayoutName, TestCluster>();
  const generator = startGenerator();
  try {
    // Sequentially: parallel starts would slow each other down.
    for (const name of LAYOUT_NAMES) clusters.set(name, await openLayout(name));
    const found = await measureAll(clusters, generator, options);
    return [speedSection(found, options), costSection(found)];
  } finally {
    await generator.close();
    await Promise.all([...clusters.values()].map((cluster) => cluster.close()));
  }
}

async function measureAll(
  clusters: ReadonlyMap<LayoutName, TestCluster>,
  generator: Child,
  { rounds, seconds, ...options }: ScaleOptions,
): Promise<Found> {
  const found = new Map<string, readonly Sample[]>();
  for (const load of LOADS) {
    const connections = load === "logins" ? CONCURRENT_LOGINS : options.connections;
    const subjects = [...clusters].map(([layout, cluster]) => {
      const run = (round: number) =>
        sampleLoad(generator, cluster, {
          load,
          connections,
          seconds: round === 0 ? Math.min(WARM_UP_SECONDS, seconds) : seconds,
        });
      return [keyOf(load, layout), run] as const;
    });
    const samples = await alternateRounds({ rounds, warmUp: true }, new Map(subjects));
    for (const [key, ofLayout] of samples) found.set(key, ofLayout);
  }
  return found;
}

/** Medians by load and layout, in the order of the table. */
const medians = (found: Found) =>
  LOADS.flatMap((load) =>
    LAYOUT_NAMES.map((layout) => ({
      load,
      layout,
      figures: figuresOf(found.get(keyOf(load, layout)) ?? []),
    })),
  );

function speedSection(found: Found, options: ScaleOptions): Section {
  const all = medians(found);
  const base = (load: LoadName, layout: LayoutName) =>
    all.find((other) => other.load === load && other.layout === BASE[layout])?.figures.perSecond;
  return {
    title: `Requests a second at ${options.connections} connections (logins: ${CONCURRENT_LOGINS}), spread over the gateways`,
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
      keyOf(load, layout),
      show(perSecond),
      show(p50),
      show(p99),
      `${show(perSecond / (base(load, layout) ?? Number.NaN))} ×`,
      busiest.name,
      show(busiest.cores * 100),
      show(cores),
    ]),
    notes: [
      "all processes, the store and the load generator share the machine's cores; SecantusDB stands in for MongoDB",
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
      keyOf(load, layout),
      ...SERVICES.map((service) => cell(figures, service)),
    ]),
    notes: [],
    aims: [],
    faults: [],
    raw: all,
  };
}
