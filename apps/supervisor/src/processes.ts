import { setTimeout as sleep } from "node:timers/promises";
import { processIdentity } from "../../../tools/process-identity.mjs";

/** Identifies a process also after the end of its parent. */
export interface KnownProcess {
  readonly name: string;
  readonly pid: number;
  /** Its `processIdentity`: another process can get the same pid later. */
  readonly identity: string;
}

/** Whether exactly that process still runs. */
export function isRunning({ pid, identity }: KnownProcess): boolean {
  return processIdentity(pid) === identity;
}

/** Ends processes that are not children of this one: SIGTERM, after the grace period SIGKILL. Resolves when all have ended. */
export async function terminateAll(
  processes: readonly KnownProcess[],
  graceMs: number,
): Promise<void> {
  for (const process of processes) signal(process, "SIGTERM");
  const killAt = Date.now() + graceMs;
  for (let isKilled = false; processes.some(isRunning); await sleep(50)) {
    if (isKilled || Date.now() < killAt) continue;
    isKilled = true;
    for (const process of processes) signal(process, "SIGKILL");
  }
}

function signal(target: KnownProcess, name: NodeJS.Signals): void {
  try {
    if (isRunning(target)) process.kill(target.pid, name);
  } catch {
    // It has ended already.
  }
}
