import type { Keeper } from "./process-monitor.ts";
import type { KnownProcess } from "./processes.ts";
import { processIdentity } from "../../../tools/process-identity.mjs";

const GRACE_MS = 3_000;
/** Container runtimes and service managers kill after ten seconds: an orderly end must come before. */
const TOTAL_MS = 9_500;
const LEAST_MS = 250;

/** All the processes of the platform. */
export interface Fleet {
  readonly keepers: readonly Keeper[];
  /** Those that run now. */
  running(): KnownProcess[];
  /** Stops group after group, at most 10 seconds in all. */
  stop(): Promise<void>;
  kill(): void;
}

/** @param groups in the order of stopping: a group may still need what comes after it. */
export function fleet(
  groups: readonly (readonly Keeper[])[],
  now = () => performance.now(),
): Fleet {
  const keepers = groups.flat();
  return {
    keepers,
    running: () =>
      keepers.flatMap((keeper) => {
        const pid = keeper.pid();
        const identity = pid === undefined ? undefined : processIdentity(pid);
        return pid === undefined || identity === undefined
          ? []
          : [{ name: keeper.name, pid, identity }];
      }),
    async stop() {
      const deadline = now() + TOTAL_MS;
      for (const group of groups) {
        const grace = Math.max(LEAST_MS, Math.min(GRACE_MS, deadline - now()));
        await Promise.all(group.map((keeper) => keeper.stop(grace)));
      }
    },
    kill() {
      for (const keeper of keepers) keeper.kill();
    },
  };
}
