import { backups as backupsContract } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import { setTimeout as delay } from "node:timers/promises";
import type { App } from "../state-context.ts";

/** The caller is answered before its time is over, and the backup goes on. */
const ANSWER_AFTER_MS = 20_000;

export function backupEndpoints({ writer, backups }: App): Endpoint[] {
  return [
    endpoint(backupsContract.requests.make, async () => {
      const { signal, abort } = controller();
      const waited = delay(ANSWER_AFTER_MS, null, { signal }).catch(() => null);
      const made = await Promise.race([backups.make(), waited]).finally(abort);
      return { sequence: writer.head().sequence, made };
    }),
    endpoint(backupsContract.requests.list, async () => ({
      sequence: writer.head().sequence,
      backups: await backups.list(),
      last_error: backups.lastError(),
      running: backups.running(),
    })),
  ];
}

function controller(): { signal: AbortSignal; abort: () => void } {
  const aborting = new AbortController();
  return { signal: aborting.signal, abort: () => aborting.abort() };
}
