import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";
export * from "./values.ts";

/** Preferences of accounts, and those of the whole system. */
export const preferences = defineEntity("preferences", { collections, requests, events });
