import type { ClientSession, Db } from "mongodb";
import { isAway } from "./errors.ts";

type SessionId = NonNullable<ClientSession["id"]>;

/**
 * Sessions whose transaction the server may still hold open: its end could not be told, since the way there was cut.
 * Until the server gives it up by itself, after a minute (`transactionLifetimeLimitSeconds`), every other commit meets
 * what it has written and fails.
 */
export interface Abandoned {
  add(session: Pick<ClientSession, "id">): void;
  /** Has the server end them, where there are any. Rejects with the driver's errors; then they are kept. */
  end(db: Db): Promise<void>;
}

export function createAbandoned(): Abandoned {
  const left = new Set<SessionId>();
  return {
    add({ id }) {
      if (id) left.add(id);
    },
    async end(db) {
      if (left.size === 0) return;
      const ids = [...left];
      // Anybody may end sessions of its own. Where a server takes no such command it is waited for.
      await db
        .admin()
        .command({ killSessions: ids })
        .catch((error: unknown) => {
          if (isAway(error)) throw error;
        });
      for (const id of ids) left.delete(id);
    },
  };
}
