import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** API keys of accounts, with scopes. */
export const apiKeys = defineEntity("api_key", { collections, requests, events });
