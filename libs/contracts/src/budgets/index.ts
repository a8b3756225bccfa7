import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** Spending limits of accounts, API keys, agents and the system. */
export const budgets = defineEntity("budget", { collections, requests, events });
