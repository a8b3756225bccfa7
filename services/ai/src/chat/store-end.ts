import { VegaError } from "@vega/contracts";
import { setTimeout as delay } from "node:timers/promises";
import type { Storage } from "./storage.ts";

/** An answer that is there is worth waiting for, longer than a restart of state takes. */
const PATIENCE_MS = 15_000;
const RETRY_MS = 250;

/**
 * Stores how an answer ended; while state or the bus is away it is tried again. An answer larger than a message may be is
 * stored as broken off, with half of it, or a half of that, until it fits; whatever else state refuses, with what had been
 * stored of it. Throws VegaError where it could not be stored as it is.
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
    const [owner, message, { content, tool_calls: _, ...rest }] = end;
    const error = { kind: refusal.code, message: refusal.message };
    const cut = { ...rest, status: "truncated" as const, error };
    const text = refusal.code === "too_large" && typeof content === "string" ? content : "";
    for (let length = text.length; (length >>= 1) > LEAST;) {
      const part = { ...cut, content: text.slice(0, length).toWellFormed() };
      if (await fits(tellEnd(storage, [owner, message, part]))) throw refusal;
    }
    await tellEnd(storage, [owner, message, cut]);
    throw refusal;
  }
}

/** Characters for which another try is worth it. */
const LEAST = 1_024;

async function fits(told: Promise<void>): Promise<boolean> {
  try {
    await told;
    return true;
  } catch (error) {
    if (error instanceof VegaError && error.code === "too_large") return false;
    throw error;
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
      // TurnRequest again with the same status it changes nothing, so an unknown outcome does no harm.
      const isAway = error instanceof VegaError && error.status === 503;
      if (!isAway || performance.now() > until) throw error;
    }
    await delay(RETRY_MS, undefined, { ref: false });
  }
}
