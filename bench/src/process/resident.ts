import { readFileSync } from "node:fs";
import type { Section } from "../report/section.ts";
import { median, show } from "../statistics.ts";

const MEBIBYTE = 1024 * 1024;
const SAMPLE_MS = 250;

type Pids = ReadonlyMap<string, number>;

/** Resident memory of a process in bytes, shared pages included. Source: proc_pid_status(5), VmRSS. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}

/** Resident memory by process name, in bytes. */
export type Resident = Readonly<Record<string, number>>;

/** Throws Error that names a process that has ended. */
export function residentNow(pids: Pids): Resident {
  return Object.fromEntries([...pids].map(([name, pid]) => [name, residentOf(name, pid)]));
}

function residentOf(name: string, pid: number): number {
  try {
    return residentBytes(pid);
  } catch (cause) {
    throw new Error(`${name} (pid ${pid}) has ended`, { cause });
  }
}

/** Samples until the returned function is called, which throws Error when one of the processes has ended meanwhile. */
export function watchResident(pids: Pids): () => Resident[] {
  const samples: Resident[] = [];
  const timer = setInterval(() => {
    try {
      samples.push(residentNow(pids));
    } catch {
      // An error thrown here would end the benchmark without closing what it has started.
      clearInterval(timer);
    }
  }, SAMPLE_MS);
  return () => {
    clearInterval(timer);
    return [...samples, residentNow(pids)];
  };
}

export const mebibytes = (bytes: number) => show(bytes / MEBIBYTE);
const underLoad = (values: readonly number[]) =>
  values.length > 0 ? [median(values), Math.max(...values)] : [];

/** @param phases for the title: when the processes were idle and when under load */
export function residentSection(
  phases: string,
  idle: Resident,
  load: readonly Resident[],
): Section {
  const rows = Object.entries(idle).map(([name, bytes]) =>
    [bytes, ...underLoad(load.map((sample) => sample[name] ?? 0))]
      .map(mebibytes)
      .toSpliced(0, 0, name),
  );
  const total = Object.values(idle).reduce((sum, bytes) => sum + bytes, 0);
  return {
    title: `Resident memory, MiB (${phases})`,
    columns: ["process", "idle", ...(load.length > 0 ? ["load, median", "load, max"] : [])],
    rows: [...rows, ["all", mebibytes(total)]],
    aims: [],
    faults: [],
    raw: { idle, load },
  };
}
