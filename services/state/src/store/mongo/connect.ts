import type { Db } from "mongodb";
import { MongoClient, MongoServerSelectionError } from "mongodb";
import { StoreUnsuitableError } from "../store.ts";
import { closeQuietly } from "./close-quietly.ts";
import type { CommitSessions } from "./commit-sessions.ts";
import { createCommitSessions } from "./commit-sessions.ts";
import { toStoreError } from "./errors.ts";

const DEFAULT_DATABASE = "vega";
/** Errors of the driver about a URL. */
const UNUSABLE = new Set(["MongoParseError", "MongoInvalidArgumentError"]);

/** Together they let every operation end within a few seconds, also where packets vanish without an answer. */
const TIMEOUTS = {
  serverSelectionTimeoutMS: 2_000,
  connectTimeoutMS: 2_000,
  waitQueueTimeoutMS: 3_000,
  socketTimeoutMS: 5_000,
};
/** How long a replica set may take to confirm a write by its majority. */
const MAJORITY_TIMEOUT_MS = 5_000;

/** What runs against the database, and the client that opens sessions for it. */
export interface Handle {
  readonly client: MongoClient;
  readonly db: Db;
  readonly sessions: CommitSessions;
}

export interface Connection {
  /** Runs something; its errors become the store's. */
  run<Result>(work: (handle: Handle) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** Nothing is sent before the first `run`. Throws StoreUnsuitableError where the URL is not a MongoDB URL. */
export function connect(url: string): Connection {
  const name = databaseName(url);
  const sessions = createCommitSessions();
  let client = createClient(url);
  let closed = false;

  return {
    async run(work) {
      // The driver would silently connect a closed client again.
      if (closed) throw new Error("the store is closed");
      const used = client;
      try {
        return await work({ client: used, db: used.db(name), sessions });
      } catch (error) {
        if (hasLostAllHosts(error) && client === used && !closed) {
          client = createClient(url);
          closeQuietly(used);
        }
        throw toStoreError(error);
      }
    },
    async close() {
      closed = true;
      await client.close();
    },
  };
}

/** Throws StoreUnsuitableError where the URL can't be used. The driver's message does not repeat the URL, which may hold a password. */
function createClient(url: string): MongoClient {
  try {
    return newClient(url);
  } catch (error) {
    // By name: one of its classes comes from a package of the driver's own.
    if (!(error instanceof Error) || !UNUSABLE.has(error.name)) throw error;
    throw new StoreUnsuitableError(`MONGODB_URL can't be used: ${error.message}`);
  }
}

function newClient(url: string): MongoClient {
  return new MongoClient(url, {
    ...TIMEOUTS,
    appName: "vega-state",
    maxPoolSize: 20,
    ignoreUndefined: true,
    readPreference: "primary",
    // What was read must not be rolled back later, and what was written neither.
    readConcern: { level: "majority" },
    writeConcern: { w: "majority", journal: true, wtimeoutMS: MAJORITY_TIMEOUT_MS },
  });
}

/** The database in the URL's path. `new URL` can't read it: MongoDB's URLs may name several hosts. */
function databaseName(url: string): string {
  const path = /^mongodb(?:\+srv)?:\/\/[^/?]*\/([^?]*)/.exec(url)?.[1] ?? "";
  return decodeURIComponent(path) || DEFAULT_DATABASE;
}

/**
 * The driver removes a host that reports that it has left the replica set, as one may during its shutdown. Without any
 * host it never reconnects: only a new client starts from the URL again.
 */
function hasLostAllHosts(error: unknown): boolean {
  return error instanceof MongoServerSelectionError && error.reason?.servers.size === 0;
}
