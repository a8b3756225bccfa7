import type { End } from "../chat/accumulator.ts";
import { createAccumulator } from "../chat/accumulator.ts";
import type { Storage } from "../chat/storage.ts";
import type { CompletionEvent } from "../failover/complete.ts";
import { ModelError } from "../models/language-model.ts";
import type { ChargedRequest } from "./charge.ts";
import { reserveWithinBudget } from "./charge.ts";

/**
 * Completes a request outside of a conversation, such as a summary, within the budgets.
 * Throws VegaError `budget_exceeded` before the call, and the errors of `complete`.
 * @param by.counts whether usage statistics count it as a completion
 */
export async function* withBudget(
  complete: () => AsyncIterable<CompletionEvent>,
  request: ChargedRequest,
  storage: Pick<Storage, "hold" | "settle">,
  by: { readonly owner: string | null; readonly counts: boolean },
): AsyncGenerator<CompletionEvent, void> {
  const { owner, counts } = by;
  const hold = await reserveWithinBudget((charge) => storage.hold(owner, charge), request);
  const startedAt = performance.now();
  const accumulator = createAccumulator(() => performance.now() - startedAt, request.cost);
  let end: End = { how: "cancelled" };
  try {
    for await (const event of complete()) {
      accumulator.take(event);
      yield event;
    }
    end = { how: "complete" };
  } catch (error) {
    const isCancelled = error instanceof ModelError && error.kind === "cancelled";
    if (!isCancelled) end = { how: "failed", error };
    throw error;
  } finally {
    // A hold that can't be settled now is charged when it expires.
    await storage.settle(owner, hold, accumulator.outcome(end), counts).catch(() => undefined);
  }
}
