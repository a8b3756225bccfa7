import { readFileSync } from "node:fs";
import type { CpuTimes } from "../process/cpu.ts";
import { cpuSince, cpuTimes, TICK_MS } from "../process/cpu.ts";
import type { Spread } from "../statistics.ts";
import { show } from "../statistics.ts";
import { timeDisk } from "./disk.ts";
import type { Section } from "./section.ts";

/** Share of other processes from which on differences of a few milliseconds mean nothing. */
const DISTURBING = 0.1;

/** Milliseconds of all processors: busy, and in all. Source: proc_stat(5), from user to steal. */
function machineTimes() {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n", 1);
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  const all = ticks.reduce((sum, value) => sum + value, 0) * TICK_MS;
  const [, , , idle = 0, iowait = 0] = ticks;
  return { all, busy: all - (idle + iowait) * TICK_MS };
}

/**
 * Watches the use of the processors until the returned function is called, and times the disk before and after.
 * @param known all processes of this run, by name
 */
export function watchMachine(known: ReadonlyMap<string, number>): () => Section {
  const disk = timeDisk();
  const machine = machineTimes();
  const before = cpuTimes(known);
  return () => {
    const now = machineTimes();
    const used = cpuSince(cpuTimes(known), before);
    const section = sectionOf(used, now.busy - machine.busy, now.all - machine.all);
    const disks = [disk, timeDisk()];
    return {
      ...section,
      notes: [...section.notes, ...disks.map(diskNote)],
      raw: { processors: section.raw, disk_ms: disks },
    };
  };
}

const diskNote = ({ p50, p99 }: Spread, index: number) =>
  `page write with fsync, ${index === 0 ? "before" : "after"}: p50 ${show(p50)} ms, p99 ${show(p99)} ms`;

/**
 * @param used milliseconds by process name
 * @param busy milliseconds of all processes of the machine
 * @param all milliseconds of all processors, idle time included
 */
export function sectionOf(
  used: CpuTimes,
  busy: number,
  all: number,
): Section & { readonly notes: readonly string[] } {
  const own = Object.values(used).reduce((sum, ms) => sum + ms, 0);
  const others = Math.max(0, busy - own) / all;
  const shares = {
    ...Object.fromEntries(Object.entries(used).map(([k, ms]) => [k, ms / all])),
    others,
  };
  const rows = Object.entries(shares).map(([name, share]) => [name, (share * 100).toFixed(1)]);
  const disturbed = `other processes took ${Math.round(others * 100)} % of the processors, which distorts the times; CPU ms are distorted least`;
  return {
    title: "Use of all processors during these loads, %",
    columns: ["process", "share"],
    rows,
    notes: others > DISTURBING ? [disturbed] : [],
    aims: [],
    faults: [],
    raw: shares,
  };
}
