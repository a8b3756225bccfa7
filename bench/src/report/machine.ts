import { spawnSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";

/** The machine and the versions that the figures depend on. */
export interface Machine {
  readonly cores: number;
  readonly model: string;
  readonly memory_gib: number;
  readonly node: string;
  /** Load average of one minute before the start: above 0.5 other processes were busy. */
  readonly load_before: number;
  readonly commit: string;
}

export function machineFacts(): Machine {
  const git = spawnSync("git", ["describe", "--always", "--dirty"], { cwd: import.meta.dirname });
  return {
    cores: cpus().length,
    model: cpus()[0]?.model ?? "unknown",
    memory_gib: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
    load_before: loadavg()[0] ?? Number.NaN,
    commit: git.stdout?.toString().trim() || "unknown",
  };
}
