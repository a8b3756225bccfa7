import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** Whitepapers: documents of the system for its readers, with versions. */
export const whitepapers = defineEntity("whitepaper", { collections, requests, events });
