import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";
export * from "./capabilities.ts";

/** Modules: switches that turn capabilities of the platform on and off. */
export const modules = defineEntity("module", { collections, requests, events });
