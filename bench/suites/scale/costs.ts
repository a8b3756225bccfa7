import { median } from "../../src/statistics.ts";
import type { LoadReport } from "../../src/load/load-messages.ts";

/** One round of a load on one cluster. */
export interface Sample extends LoadReport {
  /** Processor time by process, as `state-1`, milliseconds. */
  readonly cpu: Readonly<Record<string, number>>;
}

/** Medians of the rounds of one load on one cluster. */
export interface Figures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Processor time of one request by service, with all its replicas, milliseconds; the generator's included. */
  readonly cost: Readonly<Record<string, number>>;
  /** The process with the highest use of a core (1 = a core; threads can exceed it). */
  readonly busiest: { readonly name: string; readonly cores: number };
  /** All processes and the generator together. */
  readonly cores: number;
}

const serviceOf = (process: string) => process.replace(/-\d+$/, "");

/** Processor time a request by service, in one round. */
export function costOf({ cpu, cpuMs, round }: Sample): Record<string, number> {
  const cost: Record<string, number> = {};
  for (const [process, ms] of Object.entries(cpu)) {
    const service = serviceOf(process);
    cost[service] = (cost[service] ?? 0) + ms / round.answers;
  }
  return { ...cost, generator: cpuMs / round.answers };
}

export function figuresOf(samples: readonly Sample[]): Figures {
  const middle = (pick: (sample: Sample) => number) => median(samples.map(pick));
  const costs = samples.map(costOf);
  const services = Object.keys(costs[0] ?? {});
  const seconds = ({ round }: Sample) => round.answers / round.perSecond;
  const shares = Object.keys(samples[0]?.cpu ?? {}).map((name) => ({
    name,
    cores: middle((sample) => (sample.cpu[name] ?? 0) / 1_000 / seconds(sample)),
  }));
  return {
    perSecond: middle(({ round }) => round.perSecond),
    p50: middle(({ round }) => round.p50),
    p99: middle(({ round }) => round.p99),
    cost: Object.fromEntries(
      services.map((service) => [service, median(costs.map((cost) => cost[service] ?? 0))]),
    ),
    busiest: shares.toSorted((a, b) => b.cores - a.cores)[0] ?? { name: "none", cores: 0 },
    cores: middle((sample) => {
      const all = Object.values(sample.cpu).reduce((sum, ms) => sum + ms, sample.cpuMs);
      return all / 1_000 / seconds(sample);
    }),
  };
}
