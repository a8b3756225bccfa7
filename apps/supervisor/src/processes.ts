import { setTimeout as sleep } from "node:timers/promises";
import { processIdentity } from "../../../tools/process-identity.mjs";

/** A process as it can be recognised after the one that started it has ended. */
export interface KnownProcess {
  readonly name: string;
  readonly pid: number;
  /** Its `processIdentity`, so that another process with the same pid is left alone. */
  readonly identity: string;
}

/** Whether exactly that process still runs. */
export function runs({ pid, identity }: KnownProcess): boolean {
  return processIdentity(pid) === identity;
}

/** Ends processes that are no children of this one: SIGTERM, after the grace SIGKILL. Resolves when all are gone. */
export async function endAll(processes: readonly KnownProcess[], graceMs: number): Promise<void> {
  for (const process of processes) signal(process, "SIGTERM");
  const killAt = Date.now() + graceMs;
  for (let killed = false; processes.some(runs); await sleep(50)) {
    if (killed || Date.now() < killAt) continue;
    killed = true;
    for (const process of processes) signal(process, "SIGKILL");
  }
}

function signal(target: KnownProcess, name: NodeJS.Signals): void {
  try {
    if (runs(target)) process.kill(target.pid, name);
  } catch {
    // It ended in the meantime, which is what was wanted.
  }
}
