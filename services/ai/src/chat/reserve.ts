import type { Message } from "@vega/contracts";
import { reserveWithinBudget } from "../budget/charge.ts";
import type { PreparedTurn } from "./prepare.ts";

/** A turn whose question is stored and whose budget is held. */
export interface ReservedTurn extends PreparedTurn {
  /** The assistant message. */
  readonly message: Message;
  /** The idempotency key is known: `message` is the stored completion of an earlier request. */
  readonly replayed: boolean;
}

/** Stores the question and an empty assistant message. Throws VegaError, `budget_exceeded` included. */
export async function reserveTurn(turn: PreparedTurn): Promise<ReservedTurn> {
  const { request, owner, conversation, model, prompt, storage, charged, idempotency } = turn;
  const { message, replayed } = await reserveWithinBudget(
    (charge) =>
      storage.start({
        owner,
        conversation,
        model,
        idempotency,
        charge,
        title: prompt.title,
        messages: prompt.added,
        follows: prompt.follows,
        prompt: prompt.prompt,
      }),
    { ...charged, messages: prompt.messages, options: request.options },
  );
  return { ...turn, message, replayed };
}
