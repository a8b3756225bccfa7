import type { ProcessMonitor } from "./process-monitor.ts";
import type { KnownProcess } from "./processes.ts";
import { processIdentity } from "../../../tools/process-identity.mjs";

const GRACE_MS = 3_000;
/** Container runtimes and service managers send SIGKILL after ten seconds; the orderly stop has to be faster. */
const TOTAL_MS = 9_500;
const MIN_GRACE_MS = 250;

/** All processes of the platform. */
export interface ProcessGroup {
  readonly monitors: readonly ProcessMonitor[];
  /** The running ones. */
  running(): KnownProcess[];
  /** Stops the groups one after the other, in at most 10 seconds. */
  stop(): Promise<void>;
  kill(): void;
}

/** @param groups in the order of stopping: a group may depend on later ones */
export function createProcessGroup(
  groups: readonly (readonly ProcessMonitor[])[],
  now = () => performance.now(),
): ProcessGroup {
  const monitors = groups.flat();
  return {
    monitors,
    running: () =>
      monitors.flatMap((monitor) => {
        const pid = monitor.pid();
        const identity = pid === undefined ? undefined : processIdentity(pid);
        return pid === undefined || identity === undefined
          ? []
          : [{ name: monitor.name, pid, identity }];
      }),
    async stop() {
      const deadline = now() + TOTAL_MS;
      for (const group of groups) {
        const grace = Math.max(MIN_GRACE_MS, Math.min(GRACE_MS, deadline - now()));
        await Promise.all(group.map((monitor) => monitor.stop(grace)));
      }
    },
    kill() {
      for (const monitor of monitors) monitor.kill();
    },
  };
}
