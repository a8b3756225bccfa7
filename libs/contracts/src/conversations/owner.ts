import { userIdSchema } from "../users/user-id.ts";

/** Whose a conversation is; null: everybody's, as memory has it. */
export const ownerSchema = userIdSchema.nullable();

const KEY_OF_ALL = "shared";

/** What the ids of an owner's documents start with; ids of users are UUIDs, so none is the key of everybody's. */
export const ownerKey = (owner: string | null): string => owner ?? KEY_OF_ALL;
