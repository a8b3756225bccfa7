import { rmSync } from "node:fs";
import { copyFile, mkdtemp, rename } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tick } from "@vega/contracts";
import { EVERY_MS, growLog } from "./growing-log.ts";
import { bytesInUse } from "./database-size.ts";

/** One log that grows from size to size, so that a million entries are created only once. */
export interface FilledLog {
  /** Grows it to `entries` and copies it, or with `last` moves it, into a data folder. */
  growInto(dataDir: string, entries: number, last: boolean): Promise<{ bytes: number }>;
  close(): Promise<void>;
}

/** @param most its final number of entries; the last of them is one minute old */
export async function fillLog(template: Tick, most: number): Promise<FilledLog> {
  const folder = await mkdtemp(join(tmpdir(), "vega-bench-fill-"));
  const abandon = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", abandon);
  const path = join(folder, "vega.db");
  const log = await growLog(path, template, Date.now() - 60_000 - most * EVERY_MS);
  // The first entry creates the system state.
  let length = 1;
  let open = true;
  const closeStore = async () => {
    if (open) await log.store.close();
    open = false;
  };
  return {
    async growInto(dataDir, entries, last) {
      await log.iterate(entries - length);
      length = entries;
      const target = join(dataDir, "vega.db");
      if (last) {
        await closeStore();
        await rename(path, target);
      } else {
        checkpoint(path);
        await copyFile(path, target);
      }
      return { bytes: bytesInUse(target) };
    },
    async close() {
      process.off("exit", abandon);
      await closeStore();
      abandon();
    },
  };
}

/** Moves the write-ahead log into the database file. */
function checkpoint(path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    database.close();
  }
}
