import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./content-blobs.ts";
export * from "./documents.ts";
export * from "./message-id.ts";
export * from "./live.ts";

/** Messages of conversations, while a model answers and afterwards. */
export const messages = defineEntity("message", { collections, requests, events });
