import type { ClientSession } from "mongodb";
import { setTimeout as delay } from "node:timers/promises";
import { closeQuietly } from "../../store/mongo/close-quietly.ts";
import type { Handle } from "../../store/mongo/connect.ts";
import { isWorthAnotherTry } from "../../store/mongo/errors.ts";

const TRIES = 8;
const PAUSE_MS = 10;

/**
 * Runs work in a transaction, again where another transaction was in its way. The work has to be one that may be repeated
 * after it was committed: the reply to a commit can get lost.
 */
export async function transact<Result>(
  { client }: Handle,
  work: (session: ClientSession) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    const session = client.startSession();
    try {
      session.startTransaction({ readConcern: { level: "snapshot" } });
      const result = await work(session);
      await session.commitTransaction();
      return result;
    } catch (error) {
      if (attempt === TRIES || !isWorthAnotherTry(error)) throw error;
    } finally {
      closeQuietly(session);
    }
    await delay(PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random()));
  }
}
