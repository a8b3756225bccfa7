import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** Memory: JSON values by namespace and key, shared or of one account, with optional expiry and schema. */
export const memory = defineEntity("memory", { collections, requests, events });
