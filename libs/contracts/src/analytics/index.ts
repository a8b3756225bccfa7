import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** Page views, API calls and visitors by day, without tracking. */
export const analytics = defineEntity("analytics", { collections, requests, events });
