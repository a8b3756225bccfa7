import type { JsonObject } from "./json.ts";

/** A document after a change; `body: null` deletes it. */
export interface DocumentChange<Collection extends string = string> {
  readonly collection: Collection;
  readonly id: string;
  readonly body: JsonObject | null;
}
