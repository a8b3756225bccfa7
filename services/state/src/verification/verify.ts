import { VegaError } from "@vega/contracts";
import { access } from "node:fs/promises";
import { join } from "node:path";
import type { Anchor, Verification } from "./verify-log.ts";
import { verifyLog } from "./verify-log.ts";
import type { BlobDepth, BlobInspection } from "../blobs/inspect.ts";
import { inspectBlobs } from "../blobs/inspect.ts";
import { openBlobs } from "../blobs/open.ts";
import { makeBackup, restoreBackup } from "../backup/backup.ts";
import type { Manifest } from "../backup/format.ts";
import type { Progress } from "../backup/write.ts";
import type { Replay } from "./replay.ts";
import { replayLog } from "./replay.ts";
import type { StateConfig } from "../config.ts";
import { openMongoStore } from "../store/mongo/mongo-store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { StoreUnavailableError, StoreCorruptError, StoreUnsuitableError } from "../store/store.ts";

export type { Anchor, Verification } from "./verify-log.ts";

/** The verification could not run; the message has the reason for the operator. */
export class VerificationError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "VerificationError";
  }
}

/**
 * Verifies the log of a database, whether or not the platform runs on it; nothing is written.
 * Throws VerificationError where there is no database or it can't be reached.
 */
export async function verifyDatabase(
  config: StateConfig["store"],
  anchors: readonly Anchor[] = [],
): Promise<Verification> {
  try {
    return await reading(config, (store) => verifyLog(store, anchors));
  } catch (error) {
    if (!(error instanceof StoreCorruptError)) throw error;
    return { sound: false, sequence: undefined, reason: error.message };
  }
}

/**
 * Rebuilds the state from the log of a database and compares; nothing is written.
 * Throws VerificationError where there is no sound database or it can't be reached.
 */
export async function replayDatabase(config: StateConfig["store"], from: number): Promise<Replay> {
  try {
    return await reading(config, (store) => replayLog(store, from));
  } catch (error) {
    if (error instanceof StoreCorruptError || error instanceof VegaError) {
      throw new VerificationError(reasonOf(error), error);
    }
    throw error;
  }
}

/**
 * Looks whether the blobs that the documents of a database name are there; nothing is written.
 * Throws VerificationError where there is no database or it can't be reached.
 */
export const verifyBlobs = (
  config: StateConfig["store"],
  depth: BlobDepth,
): Promise<BlobInspection> =>
  reading(config, (store) => inspectBlobs(config, store, depth), "inspect");

/**
 * Writes a proven backup of a database, whether or not the platform runs on it.
 * Throws InvalidBackupError, and VerificationError where there is no sound database or it can't be reached.
 */
export async function backupDatabase(
  config: StateConfig["store"],
  path: string,
  createdAt: string,
  onProgress?: (progress: Progress) => void,
): Promise<Manifest> {
  try {
    return await reading(config, async (store) => {
      const blobs = openBlobs(config);
      try {
        const options = { blobs, place: "inside" as const, onProgress };
        return await makeBackup(store, path, createdAt, options);
      } finally {
        await blobs.close();
      }
    });
  } catch (error) {
    if (error instanceof StoreCorruptError) throw new VerificationError(reasonOf(error), error);
    throw error;
  }
}

/**
 * Restores a backup into an empty data folder or an empty MongoDB.
 * Throws InvalidBackupError, and VerificationError where the database can't be reached.
 */
export const restoreDatabase = (config: StateConfig["store"], path: string): Promise<Manifest> =>
  reaching(() => restoreBackup(config, path));

const reading = <Result>(
  config: StateConfig["store"],
  work: (store: Store) => Promise<Result>,
  mode: "read" | "inspect" = "read",
): Promise<Result> =>
  reaching(async () => {
    const store = await openToRead(config, mode);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  });

/** The reason why a database can't be reached or used. */
async function reaching<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreUnavailableError || error instanceof StoreUnsuitableError) {
      throw new VerificationError(reasonOf(error), error);
    }
    throw error;
  }
}

async function openToRead(config: StateConfig["store"], mode: "read" | "inspect") {
  if (config.kind === "mongo") return openMongoStore(config.url, "read");
  const path = join(config.folder, "vega.db");
  await access(path).catch((cause: unknown) => {
    throw new VerificationError(`there is no database at ${path}`, cause);
  });
  return openSqliteStore(path, mode);
}

function reasonOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}
