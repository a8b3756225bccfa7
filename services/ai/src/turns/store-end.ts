import { VegaError } from "@vega/contracts";
import { setTimeout as delay } from "node:timers/promises";
import type { Storage } from "./storage.ts";

/** An answer that is there is worth waiting for, longer than a restart of state takes. */
const PATIENCE_MS = 15_000;
const RETRY_MS = 250;

/** Stores how an answer ended; while state or the bus is away it is tried again. Throws VegaError where it can't be. */
export async function storeEnd(
  storage: Pick<Storage, "finish">,
  ...end: Parameters<Storage["finish"]>
): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await storage.finish(...end);
    } catch (error) {
      // Asked again with the same status it changes nothing, so an unknown outcome does no harm.
      const isAway = error instanceof VegaError && error.status === 503;
      if (!isAway || performance.now() > until) throw error;
    }
    await delay(RETRY_MS, undefined, { ref: false });
  }
}
