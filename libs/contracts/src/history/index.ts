import { defineEntity } from "../define/entity.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** The past: single entries, and series over ranges of the log. */
export const history = defineEntity("history", { collections: {}, requests, events: {} });
