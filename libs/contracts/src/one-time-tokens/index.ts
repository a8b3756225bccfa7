import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./documents.ts";

/** One-time links: invitations and password resets. */
export const oneTimeTokens = defineEntity("one_time_token", { collections, requests, events });
