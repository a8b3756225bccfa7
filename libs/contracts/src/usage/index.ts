import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";
export * from "./totals.ts";

/** Tokens and costs by day, and reservations of budgets by calls under way. */
export const usage = defineEntity("usage", { collections, requests, events });
