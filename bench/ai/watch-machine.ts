import { readFileSync } from "node:fs";
import type { Spread } from "../figures.ts";
import { show } from "../figures.ts";
import type { Section } from "../section.ts";
import type { CpuTimes } from "./cpu.ts";
import { cpuSince, cpuTimes, TICK_MS } from "./cpu.ts";
import { timeDisk } from "./disk.ts";

/** From here on others disturb: a few milliseconds are theirs as much as a gateway's. */
const DISTURBING = 0.1;

/** Milliseconds of all processors together: in use, and all there were. Source: proc_stat(5), from user to steal. */
function machineTimes() {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n", 1);
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  const all = ticks.reduce((sum, value) => sum + value, 0) * TICK_MS;
  const [, , , idle = 0, iowait = 0] = ticks;
  return { all, busy: all - (idle + iowait) * TICK_MS };
}

/**
 * Watches who uses the processors until it is told to stop, and looks how fast the disk is before and after.
 * @param known all that belongs to this run, by name
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
  `a page with fsync, ${index === 0 ? "before" : "after"}: p50 ${show(p50)} ms, p99 ${show(p99)} ms`;

/** @param used milliseconds by name; @param busy of everybody; @param all that there were */
export function sectionOf(
  used: CpuTimes,
  busy: number,
  all: number,
): Section & { readonly notes: readonly string[] } {
  const ours = Object.values(used).reduce((sum, ms) => sum + ms, 0);
  const others = Math.max(0, busy - ours) / all;
  const shares = {
    ...Object.fromEntries(Object.entries(used).map(([k, ms]) => [k, ms / all])),
    others,
  };
  const rows = Object.entries(shares).map(([name, share]) => [name, (share * 100).toFixed(1)]);
  const disturbed = `others took ${Math.round(others * 100)} % of the processors: the times are theirs, too; CPU ms are disturbed least`;
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
