import type { Logger } from "@vega/service-kit";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { StateConfig } from "../config.ts";
import { LARGE_BYTES } from "../store/sqlite/check.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";

/**
 * Checks every page of a large database, which the start leaves out, on a thread of its own. Faults are reported, not
 * repaired: an operator has to decide. Never rejects.
 * @param report receives an error for faults
 */
export async function checkPages(
  config: StateConfig["store"],
  log: Logger,
  report: (error: Error) => void,
): Promise<void> {
  if (config.kind !== "sqlite") return;
  const path = join(config.folder, "vega.db");
  try {
    if ((await stat(path)).size <= LARGE_BYTES) return;
    const store = await openSqliteStore(path, "read");
    try {
      const faults = await store.check();
      if (faults.length === 0) {
        log.info({ path }, "every page of the database is sound");
        return;
      }
      const error = new Error(`the database is damaged: ${faults.join("; ")}`);
      log.error({ err: error }, "stop VEGA and restore a backup");
      report(error);
    } finally {
      await store.close();
    }
  } catch (error) {
    log.warn({ err: error }, "the pages of the database could not be looked at");
  }
}
