import { defineEntity } from "../define/entity.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";
export * from "./phases.ts";
export * from "./soundscape.ts";
export * from "./tick.ts";

/** The Infinity Loop: start, stop and iterate; each iteration recomputes the cores. */
export const loop = defineEntity("loop", { collections: {}, requests, events });
