import { VegaError } from "@vega/contracts";
import { setTimeout as delay } from "node:timers/promises";
import type { Storage } from "./storage.ts";

/** Longer than a restart of state: a completion must not be lost. */
const MAX_RETRY_MS = 15_000;
const RETRY_MS = 250;

/**
 * Stores the end of a completion and retries while state or the bus is unavailable. A completion above the size limit is
 * stored as truncated, halved until it fits; one that state refuses for another reason keeps its last checkpoint. Throws
 * VegaError where it could not be stored as it is.
 */
export async function storeEnd(
  storage: Pick<Storage, "finish">,
  ...end: Parameters<Storage["finish"]>
): Promise<void> {
  try {
    await sendEnd(storage, end);
  } catch (refusal) {
    const isRefused = refusal instanceof VegaError && REFUSED.has(refusal.code);
    if (!isRefused) throw refusal;
    const [owner, message, { content, tool_calls: _, ...rest }] = end;
    const error = { kind: refusal.code, message: refusal.message };
    const cut = { ...rest, status: "truncated" as const, error };
    const text = refusal.code === "too_large" && typeof content === "string" ? content : "";
    for (let length = text.length; (length >>= 1) > MIN_CHARACTERS;) {
      const part = { ...cut, content: text.slice(0, length).toWellFormed() };
      if (await fits(sendEnd(storage, [owner, message, part]))) throw refusal;
    }
    await sendEnd(storage, [owner, message, cut]);
    throw refusal;
  }
}

/** No further halving below this length. */
const MIN_CHARACTERS = 1_024;

async function fits(sent: Promise<void>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    if (error instanceof VegaError && error.code === "too_large") return false;
    throw error;
  }
}

const REFUSED: ReadonlySet<string> = new Set(["too_large", "invalid"]);

async function sendEnd(
  storage: Pick<Storage, "finish">,
  end: Parameters<Storage["finish"]>,
): Promise<void> {
  const deadline = performance.now() + MAX_RETRY_MS;
  for (;;) {
    try {
      return await storage.finish(...end);
    } catch (error) {
      // The request is idempotent, so a retry after an unknown outcome is safe.
      const isUnavailable = error instanceof VegaError && error.status === 503;
      if (!isUnavailable || performance.now() > deadline) throw error;
    }
    await delay(RETRY_MS, undefined, { ref: false });
  }
}
