import { VegaError } from "@vega/contracts";
import { setTimeout as delay } from "node:timers/promises";
import type { Storage } from "./storage.ts";

/** An answer that is there is worth waiting for, longer than a restart of state takes. */
const PATIENCE_MS = 15_000;
const RETRY_MS = 250;

/**
 * Stores how an answer ended; while state or the bus is away it is tried again. What state refuses, such as an answer
 * larger than a message may be, is stored as broken off, with what had been stored of it. Throws VegaError where
 * it could not be stored as it is.
 */
export async function storeEnd(
  storage: Pick<Storage, "finish">,
  ...end: Parameters<Storage["finish"]>
): Promise<void> {
  try {
    await tellEnd(storage, end);
  } catch (refusal) {
    const isRefused = refusal instanceof VegaError && REFUSED.has(refusal.code);
    if (!isRefused) throw refusal;
    const [owner, message, { content: _, tool_calls: __, ...rest }] = end;
    const error = { kind: refusal.code, message: refusal.message };
    await tellEnd(storage, [owner, message, { ...rest, status: "truncated", error }]);
    throw refusal;
  }
}

const REFUSED: ReadonlySet<string> = new Set(["too_large", "invalid"]);

async function tellEnd(
  storage: Pick<Storage, "finish">,
  end: Parameters<Storage["finish"]>,
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
