import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** The keys that sign access tokens. */
export const signingKeys = defineEntity("signing_key", { collections, requests, events });
