import { z } from "zod";

export const userIdSchema = z.uuid();

/** Ids of sessions and keys start with their owner's, so that one look finds all of an account. */
export const ownedId = (userId: string, id: string): string => `${userId}/${id}`;
