import { backups } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import { setTimeout as delay } from "node:timers/promises";
import type { StateContext } from "../state-context.ts";

/** The caller is answered before its time is over, and the backup goes on. */
const ANSWER_AFTER_MS = 20_000;

export function backupEndpoints({ writer, backups: scheduled }: StateContext): Endpoint[] {
  return [
    endpoint(backups.requests.make, async () => {
      const { signal, abort } = controller();
      const waited = delay(ANSWER_AFTER_MS, null, { signal }).catch(() => null);
      const made = await Promise.race([scheduled.make(), waited]).finally(abort);
      return { sequence: writer.head().sequence, made };
    }),
    endpoint(backups.requests.list, async () => ({
      sequence: writer.head().sequence,
      backups: await scheduled.list(),
      last_error: scheduled.lastError(),
      running: scheduled.running(),
    })),
  ];
}

function controller(): { signal: AbortSignal; abort: () => void } {
  const aborting = new AbortController();
  return { signal: aborting.signal, abort: () => aborting.abort() };
}
