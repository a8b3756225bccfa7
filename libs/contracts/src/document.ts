import type { JsonObject } from "./json.ts";

/** Collections whose documents the log's events describe in full. */
export type CollectionName =
  | "system_state"
  | "cores"
  | "agents"
  | "modules"
  | "memory"
  | "memory_namespaces"
  | "log_gaps";

/** A document after a change; `body: null` says that it is gone. */
export interface DocumentChange {
  readonly collection: CollectionName;
  readonly id: string;
  readonly body: JsonObject | null;
}
