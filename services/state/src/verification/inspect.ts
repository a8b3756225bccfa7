import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { StateConfig } from "../config.ts";
import { openMongoStore } from "../store/mongo/mongo-store.ts";
import { serverTime } from "../store/mongo/server-time.ts";
import { inspectSqlite } from "../store/sqlite/inspect.ts";
import type { DataFormat } from "../store/data-format.ts";
import { StoreUnavailableError, StoreUnsuitableError } from "../store/store.ts";

export type Inspection =
  /** Missing; the first start creates it. */
  | { readonly kind: "none" }
  | {
      readonly kind: "sound";
      readonly sequence: number;
      /** Of the last entry, ISO 8601; null for an empty log. */
      readonly time: string | null;
      readonly format: DataFormat;
      /** Of the file. */
      readonly bytes?: number;
      /** How far the database's clock is ahead of ours, in milliseconds. */
      readonly aheadMs?: number;
    }
  /** `damaged`: corrupt or incomplete; `away`: no connection; `unfit`: it can't hold VEGA's data. */
  | { readonly kind: "damaged" | "away" | "unfit"; readonly reason: string };

/** Looks whether the database is there and quickly whether it is sound; nothing is written. Throws what is our own fault. */
export async function inspectDatabase(config: StateConfig["store"]): Promise<Inspection> {
  if (config.kind === "sqlite") return inspectFolder(config.folder);
  try {
    const aheadMs = (await serverTime(config.url)) - Date.now();
    const store = await openMongoStore(config.url, "read");
    try {
      const head = await store.head();
      if (!head) return { kind: "none" };
      const [last] = await store.readLog({ after: head.sequence - 1, limit: 1 });
      const format = await store.format();
      return { kind: "sound", sequence: head.sequence, time: last?.time ?? null, format, aheadMs };
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof StoreUnsuitableError) return { kind: "unfit", reason: error.message };
    if (!(error instanceof StoreUnavailableError)) throw error;
    const { cause } = error;
    return { kind: "away", reason: cause instanceof Error ? cause.message : error.message };
  }
}

function inspectFolder(folder: string): Inspection {
  const path = join(folder, "vega.db");
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  const isKnown = existsSync(join(folder, "log-id"));
  if (!bytes) {
    const what = bytes === 0 ? "is empty" : "is missing";
    if (!isKnown) return { kind: "none" };
    return { kind: "damaged", reason: `${path} ${what}, but the data folder had a log` };
  }
  try {
    const { faults, ...found } = inspectSqlite(path);
    if (faults.length > 0) return { kind: "damaged", reason: faults.join("; ") };
    return { kind: "sound", ...found, bytes };
  } catch (error) {
    if (error instanceof StoreUnsuitableError) return { kind: "unfit", reason: error.message };
    return { kind: "damaged", reason: (error as Error).message };
  }
}
