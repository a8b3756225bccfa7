import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** Alerts for operators. */
export const alerts = defineEntity("alert", { collections, requests, events });
