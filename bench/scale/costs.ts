import { median } from "../figures.ts";
import type { LoadReport } from "./load-messages.ts";

/** One round of a load on one installation. */
export interface Sample extends LoadReport {
  /** Processor time of each process by name and number, milliseconds. */
  readonly cpu: Readonly<Record<string, number>>;
}

/** What rounds of one load on one installation come to: medians. */
export interface Figures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Processor time of one request by service, all its replicas together, milliseconds; the generator's too. */
  readonly cost: Readonly<Record<string, number>>;
  /** The process that used most of a core, and how much of one (1 = a core; threads can make it more). */
  readonly busiest: { readonly name: string; readonly cores: number };
  /** Of all processes and the generator together. */
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
