import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** Whitepapers that a model writes: progress, outcome and cost. */
export const whitepaperGenerations = defineEntity("whitepaper_generation", {
  collections,
  requests,
  events,
});
