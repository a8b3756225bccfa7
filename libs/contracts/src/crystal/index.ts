import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";
export * from "./changes.ts";
export * from "./time-crystal.ts";

/** The system state as a whole (the Time Crystal): metadata, cores, and import, export and restore of all of it. */
export const crystal = defineEntity("crystal", { collections, requests, events });
