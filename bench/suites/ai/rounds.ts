import type { Child } from "../../src/process/child.ts";
import type { Spread } from "../../src/statistics.ts";
import { alternateRounds } from "../../src/load/alternate.ts";
import { median, quantile, spreadOf } from "../../src/statistics.ts";
import type { Shape } from "../../src/upstream/completion-text.ts";
import { modelOf } from "../../src/upstream/completion-text.ts";
import type { ClientCommand, ClientReport, Target } from "./client-messages.ts";
import type { CpuTimes } from "../../src/process/cpu.ts";
import { cpuSince, cpuTimes } from "../../src/process/cpu.ts";

/** A target and its processes by name. */
export interface Subject {
  readonly target: Target;
  readonly pids: ReadonlyMap<string, number>;
}

/** The clients and their targets. The first target is the provider itself, the baseline. */
export interface Bench {
  readonly clients: Child;
  readonly targets: readonly Subject[];
  /** Called with every report. */
  readonly onReport: (target: Target, report: ClientReport) => void;
}

export interface Load extends Shape, Pick<ClientCommand, "stream" | "seconds" | "open"> {
  /** Concurrent clients. */
  readonly clients: number;
}

export interface Round extends ClientReport {
  /** Processor time of the target's processes in the round. */
  readonly cpu: CpuTimes;
}

/** A target's rounds. */
export interface Measured {
  readonly target: Target;
  readonly rounds: readonly Round[];
}

let runs = 0;

/** Alternating rounds of all targets. */
export async function measureRounds(bench: Bench, rounds: number, load: Load): Promise<Measured[]> {
  const measureOne = async ({ target, pids }: Subject): Promise<Round> => {
    runs += 1;
    const { url, headers, prefix } = target;
    const model = prefix + modelOf(load);
    const command: ClientCommand = { ...load, url, headers, model, run: `run${runs}` };
    const before = cpuTimes(pids);
    const report = await bench.clients.request<ClientReport>(command, "acknowledged");
    bench.onReport(target, report);
    return { ...report, cpu: cpuSince(cpuTimes(pids), before) };
  };
  const subjects = new Map(
    bench.targets.map((subject) => [subject.target, () => measureOne(subject)] as const),
  );
  const measured = await alternateRounds({ rounds, warmUp: false }, subjects);
  return [...measured].map(([target, results]) => ({ target, rounds: results }));
}

type Times = "totals" | "firsts" | "ways" | "transits" | "longestGaps";

/** All rounds together: one has too few completions for a p99. */
export const pooled = ({ rounds }: Measured, times: Times): Spread =>
  spreadOf(rounds.flatMap((round) => [...round[times]]));

/** A spread minus the one of the direct target. */
export function added(measured: Measured, direct: Measured, times: Times): Spread {
  const [through, straight] = [pooled(measured, times), pooled(direct, times)];
  return {
    p50: through.p50 - straight.p50,
    p99: through.p99 - straight.p99,
    max: through.max - straight.max,
  };
}

export const completionsASecond = ({ rounds }: Measured): number =>
  median(rounds.map(({ totals, seconds }) => totals.length / seconds));

export const chunksASecond = ({ rounds }: Measured): number =>
  median(rounds.map(({ transits, seconds }) => transits.length / seconds));

/** Milliseconds of processor time for one completion, by process name. */
export function cpuACompletion({ rounds }: Measured): CpuTimes {
  const completions = rounds.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  const names = Object.keys(rounds[0]?.cpu ?? {});
  const used = (name: string) => rounds.reduce((sum, { cpu }) => sum + (cpu[name] ?? 0), 0);
  return Object.fromEntries(names.map((name) => [name, used(name) / completions]));
}

/** Errors that make the figures invalid. */
export function faultsOf(measured: readonly Measured[]): string[] {
  return measured.flatMap(({ target, rounds }) => {
    const failed = rounds.reduce((sum, round) => sum + round.failed, 0);
    if (failed === 0) return [];
    const shown = [...new Set(rounds.flatMap(({ faults }) => faults))].slice(0, 5);
    return [`${failed} completions of ${target.name} were wrong: ${shown.join("; ")}`];
  });
}

export function busyNote(measured: readonly Measured[]): string {
  const busy = measured.flatMap(({ rounds }) => rounds.map((round) => round.busy));
  return `clients' process busy at most ${Math.round(quantile(busy, 1) * 100)} % of the time`;
}

/** For the file: spreads instead of every time. */
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
