import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";
export * from "./file-name.ts";
export * from "./media-types.ts";
export * from "./visibility.ts";

/** Files of the library with their versions. */
export const assets = defineEntity("asset", { collections, requests, events });
