import type { AnswerEvent } from "../failover/failover.ts";
import { ModelFault } from "../models/language-model.ts";
import type { ChargedRequest } from "./charge.ts";
import { startWithin } from "./charge.ts";
import type { Storage } from "../chat/storage.ts";
import type { End } from "../chat/accumulator.ts";
import { createTally } from "../chat/accumulator.ts";

/**
 * Asks a model for what is no answer of a conversation, such as a summary, as far as the budgets allow it.
 * @param by.counts whether it is one of the answers that usage tells of
 * Throws VegaError `budget_exceeded` before it asks, and what `ask` throws.
 */
export async function* metered(
  ask: () => AsyncIterable<AnswerEvent>,
  request: ChargedRequest,
  storage: Pick<Storage, "hold" | "settle">,
  by: { readonly owner: string | null; readonly counts: boolean },
): AsyncGenerator<AnswerEvent, void> {
  const { owner, counts } = by;
  const hold = await startWithin((charge) => storage.hold(owner, charge), request);
  const startedAt = performance.now();
  const tally = createTally(() => performance.now() - startedAt, request.cost);
  let end: End = { how: "cancelled" };
  try {
    for await (const event of ask()) {
      tally.take(event);
      yield event;
    }
    end = { how: "complete" };
  } catch (fault) {
    const isCancelled = fault instanceof ModelFault && fault.kind === "cancelled";
    if (!isCancelled) end = { how: "failed", fault };
    throw fault;
  } finally {
    // What can't be told now, state counts when the hold runs out.
    await storage.settle(owner, hold, tally.outcome(end), counts).catch(() => undefined);
  }
}
