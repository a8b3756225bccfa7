import type { End } from "./accumulator.ts";
import type { ReservedTurn } from "./reserve.ts";
import { storeEnd } from "./store-end.ts";
import type { TurnStream } from "./stream.ts";

/** Stores the outcome, which also settles the budget. Throws VegaError where it could not be stored as it is. */
export async function settleTurn(
  { storage, owner, message }: ReservedTurn,
  stream: Pick<TurnStream, "stop" | "outcome">,
  end: End,
): Promise<void> {
  await stream.stop();
  await storeEnd(storage, owner, message.id, stream.outcome(end));
}
