import type { Binary, ClientSession, Db, MongoClient } from "mongodb";
import { closeQuietly } from "./close-quietly.ts";
import { isAway } from "./errors.ts";

/** Sessions that commits were made with, of all replicas, by their ids. */
const SESSIONS = "commit_sessions";
/** Age after which a stored session is deleted. */
const FORGET_MS = 24 * 3_600_000;

interface StoredSession {
  readonly _id: Binary;
  readonly at: Date;
}

/**
 * Sessions for commits. Where packets are lost during a commit, or its process is killed, the server keeps the
 * transaction open for a minute (`transactionLifetimeLimitSeconds`), and other commits fail on write conflicts. So each
 * session is stored before its first use, and a blocked replica makes the server end the sessions of the others. A
 * commit that was really in progress is retried.
 */
export interface CommitSessions {
  take(client: MongoClient, db: Db): Promise<ClientSession>;
  /** After a commit that ended, one way or the other: the next one takes it. */
  giveBack(session: ClientSession): void;
  /** After one of which the server may not know that it is over. */
  drop(session: ClientSession): void;
  /** Ends the transactions of all sessions except those in use here. Rejects with the driver's errors. */
  endOthers(db: Db): Promise<void>;
}

const idOf = ({ id }: ClientSession): Binary | undefined => id?.id;

export function createCommitSessions(): CommitSessions {
  const free: { readonly client: MongoClient; readonly session: ClientSession }[] = [];
  const used = new Map<ClientSession, MongoClient>();
  return {
    async take(client, db) {
      const at = free.findIndex((one) => one.client === client);
      const [known] = at === -1 ? [] : free.splice(at, 1);
      const session = known?.session ?? client.startSession();
      used.set(session, client);
      const id = idOf(session);
      if (!known && id) {
        const sessions = db.collection<StoredSession>(SESSIONS);
        // The driver uses ids again.
        await sessions.updateOne({ _id: id }, { $set: { at: new Date() } }, { upsert: true });
        await sessions.deleteMany({ at: { $lt: new Date(Date.now() - FORGET_MS) } });
      }
      return session;
    },
    giveBack(session) {
      const client = used.get(session);
      used.delete(session);
      if (client) free.push({ client, session });
    },
    drop(session) {
      used.delete(session);
      closeQuietly(session);
    },
    async endOthers(db) {
      const ours = new Set([...used.keys()].map((session) => idOf(session)?.toString("hex")));
      const all = await db.collection<StoredSession>(SESSIONS).find().toArray();
      const others = all.filter(({ _id }) => !ours.has(_id.toString("hex")));
      if (others.length === 0) return;
      await db
        .admin()
        // Anybody may end sessions of its own user. Where a server takes no such command it is waited for.
        .command({ killSessions: others.map(({ _id }) => ({ id: _id })) })
        .catch((error: unknown) => {
          if (isAway(error)) throw error;
        });
    },
  };
}
