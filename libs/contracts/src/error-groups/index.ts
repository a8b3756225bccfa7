import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** Errors of all services, grouped by fingerprint. */
export const errorGroups = defineEntity("error", { collections, requests, events });
