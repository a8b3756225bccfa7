import { readFileSync } from "node:fs";

/** Of the kernel's clock, which counts in hundredths of a second on every Linux. */
export const TICK_MS = 10;

/** Milliseconds of processor time by process name. */
export type CpuTimes = Readonly<Record<string, number>>;

/** Processor time of processes since their start. Source: proc_pid_stat(5), utime and stime. */
export function cpuTimes(pids: ReadonlyMap<string, number>): CpuTimes {
  return Object.fromEntries([...pids].map(([name, pid]) => [name, cpuMs(pid)]));
}

function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is a name in parentheses and may have blanks; utime is the 14th, stime the one after.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

export const cpuSince = (now: CpuTimes, before: CpuTimes): CpuTimes =>
  Object.fromEntries(Object.entries(now).map(([name, ms]) => [name, ms - (before[name] ?? 0)]));
