import { userIdSchema } from "../users/user-id.ts";

/** The owner of a conversation; null: shared, as in memory. */
export const ownerSchema = userIdSchema.nullable();

const SHARED_KEY = "shared";

/** Prefix of the ids of an owner's documents. Ids of users are UUIDs, so none equals the key of shared documents. */
export const ownerKey = (owner: string | null): string => owner ?? SHARED_KEY;
