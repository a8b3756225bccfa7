import { defineEntity } from "../define/entity.ts";
import { collections } from "./collections.ts";
import { events } from "./events.ts";
import { requests } from "./requests.ts";

export * from "./branches.ts";
export * from "./documents.ts";
export * from "./owner.ts";
export * from "./search-cursor.ts";

/** Conversations with models, of an account or shared. */
export const conversations = defineEntity("conversation", { collections, requests, events });
