import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** The log itself: reading, verification, compacted ranges. */
export const eventLog = defineEntity("log", { collections, requests, events });
