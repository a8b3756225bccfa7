import { randomUUID } from "node:crypto";
import { access, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StateConfig } from "../config.ts";
import { openMongoStore } from "./mongo/mongo-store.ts";
import { openSqliteStore } from "./sqlite/sqlite-store.ts";
import type { Store } from "./store.ts";
import { StoreCorruptError } from "./store.ts";

type SqliteConfig = Extract<StateConfig["store"], { kind: "sqlite" }>;

/**
 * Opens the configured store once `check` has found nothing wrong with it.
 * Throws StoreCorruptError where it is not sound; its files are then as they were.
 */
export async function openStore(
  config: StateConfig["store"],
  check: (store: Store) => Promise<void>,
): Promise<Store> {
  if (config.kind === "mongo") return checked(await openMongoStore(config.url), check);
  await mkdir(config.folder, { recursive: true, mode: 0o700 });
  await refuseLostFile(config.folder);
  const path = join(config.folder, "vega.db");
  if (!(await exists(path))) {
    // SQLite would create it readable for all users; its companion files inherit this mode.
    await writeFile(path, "", { mode: 0o600, flag: "a" });
  } else {
    const inspect = async (store: Store) => {
      await check(store);
      await refuseAnotherLog(config, store);
    };
    await (await checked(await openSqliteStore(path, "read"), inspect)).close();
  }
  return openSqliteStore(path);
}

async function checked(store: Store, check: (store: Store) => Promise<void>): Promise<Store> {
  try {
    await check(store);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Before SQLite opens: for a file that is gone or empty it would throw away the write-ahead log beside it. */
async function refuseLostFile(folder: string): Promise<void> {
  const marker = join(folder, "log-id");
  if (!(await exists(marker))) return;
  const path = join(folder, "vega.db");
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  if (size !== undefined && size > 0) return;
  const expected = (await readFile(marker, "utf8")).trim();
  throw new StoreCorruptError(
    `${path} ${size === 0 ? "is empty" : "is missing"}, but this data folder belongs to the log ${expected}; ` +
      "keep vega.db-wal, which may hold the last writes",
  );
}

/**
 * SQLite takes a file that is gone or empty for a new database. A marker beside it, made once there is a log,
 * tells a fresh data folder from one that has lost its database.
 */
async function refuseAnotherLog(config: SqliteConfig, store: Store): Promise<void> {
  const marker = join(config.folder, "log-id");
  const head = await store.head();
  if (!(await exists(marker))) return;
  const expected = (await readFile(marker, "utf8")).trim();
  if (head?.logId === expected) return;
  const found = head ? `holds another log (${head.logId})` : "is empty";
  throw new StoreCorruptError(
    `${join(config.folder, "vega.db")} ${found}, but this data folder belongs to the log ${expected}`,
  );
}

/** Writes the marker if it is missing. */
export async function markLog(config: StateConfig["store"], logId: string): Promise<void> {
  if (config.kind !== "sqlite") return;
  const marker = join(config.folder, "log-id");
  if (await exists(marker)) return;
  // Replicas may start at once; the name is each one's own, and all write the same.
  const fresh = `${marker}.${randomUUID()}`;
  await writeFile(fresh, `${logId}\n`, { mode: 0o600 });
  await rename(fresh, marker);
}
