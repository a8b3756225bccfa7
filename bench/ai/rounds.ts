import type { Child } from "../child.ts";
import type { Spread } from "../figures.ts";
import { median, quantile, spreadOf } from "../figures.ts";
import type { Manner } from "./answer-text.ts";
import { modelOf } from "./answer-text.ts";
import type { ClientCommand, ClientReport, Target } from "./client-messages.ts";
import type { CpuTimes } from "./cpu.ts";
import { cpuSince, cpuTimes } from "./cpu.ts";

/** A target and its processes by name. */
export interface Subject {
  readonly target: Target;
  readonly pids: ReadonlyMap<string, number>;
}

/** What every measurement needs. The first target is the upstream itself, which the others are compared with. */
export interface Bench {
  readonly clients: Child;
  readonly targets: readonly Subject[];
  /** Told of every report. */
  readonly noted: (target: Target, report: ClientReport) => void;
}

export interface Load extends Manner, Pick<ClientCommand, "stream" | "seconds" | "open"> {
  /** How many at once. */
  readonly clients: number;
}

export interface Round extends ClientReport {
  /** Of the target's processes, during the round. */
  readonly cpu: CpuTimes;
}

/** A target's rounds. */
export interface Measured {
  readonly target: Target;
  readonly rounds: readonly Round[];
}

let runs = 0;

/** Rounds of all targets in turn, so that what disturbs the machine disturbs all. */
export async function inTurn(bench: Bench, rounds: number, load: Load): Promise<Measured[]> {
  const measured = bench.targets.map((subject) => ({ ...subject, rounds: [] as Round[] }));
  for (let turn = 0; turn < rounds; turn += 1) {
    for (const { target, pids, rounds: kept } of measured) {
      runs += 1;
      const { url, headers, prefix } = target;
      const model = prefix + modelOf(load);
      const command: ClientCommand = { ...load, url, headers, model, run: `run${runs}` };
      const before = cpuTimes(pids);
      const report = await bench.clients.ask<ClientReport>(command, "acknowledged");
      bench.noted(target, report);
      kept.push({ ...report, cpu: cpuSince(cpuTimes(pids), before) });
    }
  }
  return measured;
}

type Times = "totals" | "firsts" | "ways" | "transits" | "longestGaps";

/** All rounds taken together: one has too few answers for a p99. */
export const pooled = ({ rounds }: Measured, times: Times): Spread =>
  spreadOf(rounds.flatMap((round) => [...round[times]]));

/** A spread less the one of the upstream asked directly. */
export function added(measured: Measured, direct: Measured, times: Times): Spread {
  const [through, straight] = [pooled(measured, times), pooled(direct, times)];
  return {
    p50: through.p50 - straight.p50,
    p99: through.p99 - straight.p99,
    max: through.max - straight.max,
  };
}

export const answersASecond = ({ rounds }: Measured): number =>
  median(rounds.map(({ totals, seconds }) => totals.length / seconds));

export const chunksASecond = ({ rounds }: Measured): number =>
  median(rounds.map(({ transits, seconds }) => transits.length / seconds));

/** Milliseconds of processor time for one answer, by the process's name. */
export function cpuAnAnswer({ rounds }: Measured): CpuTimes {
  const answers = rounds.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  const names = Object.keys(rounds[0]?.cpu ?? {});
  const used = (name: string) => rounds.reduce((sum, { cpu }) => sum + (cpu[name] ?? 0), 0);
  return Object.fromEntries(names.map((name) => [name, used(name) / answers]));
}

/** What makes the figures worthless, or nothing. */
export function faultsOf(measured: readonly Measured[]): string[] {
  return measured.flatMap(({ target, rounds }) => {
    const failed = rounds.reduce((sum, round) => sum + round.failed, 0);
    if (failed === 0) return [];
    const told = [...new Set(rounds.flatMap(({ faults }) => faults))].slice(0, 5);
    return [`${failed} answers of ${target.name} were wrong: ${told.join("; ")}`];
  });
}

export function busyNote(measured: readonly Measured[]): string {
  const busy = measured.flatMap(({ rounds }) => rounds.map((round) => round.busy));
  return `clients' process busy at most ${Math.round(quantile(busy, 1) * 100)} % of the time`;
}

/** For the file: figures instead of every time. */
export function rawOf(measured: readonly Measured[]): unknown {
  return measured.map(({ target, rounds }) => ({
    target: target.name,
    rounds: rounds.map(
      ({ acknowledged, totals, firsts, ways, transits, longestGaps, ...rest }) => ({
        ...rest,
        answers: totals.length,
        acknowledged: acknowledged.length,
        chunks: transits.length,
        total_ms: spreadOf([...totals]),
        first_ms: spreadOf([...firsts]),
        way_ms: spreadOf([...ways]),
        transit_ms: spreadOf([...transits]),
        longest_gap_ms: spreadOf([...longestGaps]),
      }),
    ),
  }));
}
