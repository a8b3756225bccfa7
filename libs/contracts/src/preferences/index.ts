import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** Preferences of an account. */
export const preferences = defineEntity("preferences", { collections, requests, events });
