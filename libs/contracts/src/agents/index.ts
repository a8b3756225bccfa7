import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";
export * from "./name.ts";

/** Agents and their definitions: prompt, model, schedule, budget. */
export const agents = defineEntity("agent", { collections, requests, events });
