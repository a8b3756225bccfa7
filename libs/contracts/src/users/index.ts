import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";
export * from "./user-id.ts";

/** Accounts of people, and what they own as a whole: registration, passwords, export, erasure. */
export const users = defineEntity("user", { collections, requests, events });
