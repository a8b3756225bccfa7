import { defineEntity } from "../define/entity.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** Backups made by state. */
export const backups = defineEntity("backup", { collections: {}, requests, events: {} });
