import { randomUUID } from "node:crypto";
import { access, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { BlobStore } from "../blobs/blob-store.ts";
import { openBlobs } from "../blobs/open.ts";
import type { StateConfig } from "../config.ts";
import { openMongoStore } from "../store/mongo/mongo-store.ts";
import { markLog } from "../store/open.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { blobsBeside, provingSink, restoringSink, writeNames } from "./blobs.ts";
import type { Manifest } from "./format.ts";
import { InvalidBackupError } from "./format.ts";
import { readManifest } from "./read.ts";
import { fillFromBackup, refuseUsed } from "./restore.ts";
import type { Progress } from "./write.ts";
import { withScratch } from "./scratch.ts";
import { writeBackup } from "./write.ts";

/**
 * Writes a backup and proves it: it is restored into a database of its own, whose log is walked and replayed, and only
 * then gets its name. Throws InvalidBackupError where that fails; nothing is left then. What one left that was killed goes with
 * the next one in the same folder.
 * @param createdAt ISO 8601
 */
export async function makeBackup(
  store: Store,
  path: string,
  createdAt: string,
  options: {
    /** The store's blobs. */
    readonly blobs: BlobStore;
    /** Whether they go into the folder `blobs` beside the backup, which others share, or into the file. */
    readonly place: "beside" | "inside";
    readonly onProgress?: ((progress: Progress) => void) | undefined;
  },
): Promise<Manifest> {
  const { blobs, place, onProgress } = options;
  await access(dirname(path)).catch((cause: unknown) => {
    throw new InvalidBackupError(
      `there is no folder ${dirname(path)}, or it is closed to us`,
      cause,
    );
  });
  await access(path).then(
    () => {
      throw new InvalidBackupError(`${path} is there already; name another file`);
    },
    () => undefined,
  );
  return withScratch(dirname(path), ".vega-backup-", async (unproven) => {
    const beside = place === "beside" ? blobsBeside(path) : undefined;
    const target = { from: blobs, beside };
    const written = await writeBackup(store, unproven, createdAt, target, onProgress);
    const manifest = await proveBackup(unproven, dirname(path));
    // First: once a backup has its name, its blobs have to be known.
    if (beside) await writeNames(path, written.blobs);
    await rename(unproven, path);
    return manifest;
  });
}

/**
 * Restores a backup into a database that is thrown away again. Throws InvalidBackupError where it can't be restored.
 * @param where there is room for it: a container's folder for temporary files may have some megabytes only
 */
export async function proveBackup(path: string, where: string): Promise<Manifest> {
  return withScratch(where, ".vega-prove-", async (folder) => {
    await mkdir(folder, { mode: 0o700 });
    const store = await openSqliteStore(join(folder, "scratch.db"));
    try {
      return await fillFromBackup(store, path, provingSink(blobsBeside(path)));
    } finally {
      await store.close();
    }
  });
}

const RESTORING = "vega.db.restoring-";

/**
 * Restores a backup into an empty data folder or an empty MongoDB. The file is read to its end before anything changes.
 * Throws InvalidBackupError.
 */
export async function restoreBackup(config: StateConfig["store"], path: string): Promise<Manifest> {
  const manifest = await readManifest(path);
  if (config.kind === "mongo") return restoreIntoMongo(config.url, path);
  const { folder } = config;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const database = join(folder, "vega.db");
  await refuseUsedFolder(folder);
  // Files of a killed restore; a folder has one restore at a time.
  for (const name of await readdir(folder)) {
    if (name.startsWith(RESTORING)) await rm(join(folder, name), { force: true });
  }
  const fresh = join(folder, `${RESTORING}${randomUUID()}`);
  try {
    await writeFile(fresh, "", { mode: 0o600 });
    const store = await openSqliteStore(fresh);
    const blobs = openBlobs(config);
    try {
      await fillFromBackup(store, path, restoringSink(blobsBeside(path), blobs, Date.now()));
    } finally {
      await blobs.close();
      await store.close();
    }
    // Whole or not at all: until here the folder has no database.
    await rename(fresh, database);
    await markLog(config, manifest.log_id);
    return manifest;
  } finally {
    for (const suffix of ["", "-wal", "-shm"]) await rm(fresh + suffix, { force: true });
  }
}

/** What was filled can't be taken back there as a file can, so the backup is proven before. */
async function restoreIntoMongo(url: string, path: string): Promise<Manifest> {
  const store = await openMongoStore(url);
  const blobs = openBlobs({ kind: "mongo", url });
  try {
    await refuseUsed(store);
    await proveBackup(path, tmpdir());
    return await fillFromBackup(store, path, restoringSink(blobsBeside(path), blobs, Date.now()));
  } finally {
    await blobs.close();
    await store.close();
  }
}

const USED = new Set(["vega.db", "vega.db-wal", "vega.db-shm", "vega.db-journal", "log-id"]);

/** A write-ahead log alone, too: SQLite would take it for the new database's, and ruin that. */
async function refuseUsedFolder(folder: string): Promise<void> {
  const found = (await readdir(folder)).filter((name) => USED.has(name));
  if (found.length === 0) return;
  throw new InvalidBackupError(
    `${folder} has a database already, or what is left of one (${found.join(", ")}); restore into an empty folder: set VEGA_DATA_DIR`,
  );
}
