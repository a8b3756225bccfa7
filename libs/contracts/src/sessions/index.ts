import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** Sessions of accounts: login, refresh tokens, logout. */
export const sessions = defineEntity("session", { collections, requests, events });
