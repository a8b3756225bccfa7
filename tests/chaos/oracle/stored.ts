import type { JsonObject } from "@vega/contracts";
import type { StateConfig } from "@vega/state";
import { join } from "node:path";
import { openMongoStore } from "../../../services/state/src/store/mongo/mongo-store.ts";
import { openSqliteStore } from "../../../services/state/src/store/sqlite/sqlite-store.ts";
import type { LogEntry } from "../../../services/state/src/store/store.ts";

const PAGE = 1_000;

/** The stored results of the clients' requests. */
export interface Stored {
  readonly entries: readonly LogEntry[];
  /** `<namespace>/<key>` → value */
  readonly values: ReadonlyMap<string, unknown>;
  /** By message id. */
  readonly messages: ReadonlyMap<string, JsonObject>;
}

/** Reads the database, also while the platform runs on it. The documents are at least as new as the entries. */
export async function readStored(config: StateConfig["store"]): Promise<Stored> {
  const store = await (config.kind === "mongo"
    ? openMongoStore(config.url, "read")
    : openSqliteStore(join(config.folder, "vega.db"), "read"));
  try {
    const entries: LogEntry[] = [];
    for (;;) {
      const page = await store.readLog({ after: entries.at(-1)?.sequence ?? 0, limit: PAGE });
      entries.push(...page);
      if (page.length < PAGE) break;
    }
    const memory = await store.query("memory", {});
    const messages = await store.query("messages", {});
    return {
      entries,
      values: new Map(memory.map(({ id, body }) => [id, body["value"]])),
      messages: new Map(messages.map(({ body }) => [(body as { id: string }).id, body])),
    };
  } finally {
    await store.close();
  }
}
