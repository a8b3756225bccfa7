import { defineEntity } from "../define/entity.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** The audit trail: entries of the log by filter, and notes of refused or privileged access. */
export const audit = defineEntity("audit", { collections: {}, requests, events });
