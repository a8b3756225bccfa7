import { z } from "zod";

export const userIdSchema = z.uuid();

/** Ids of owned documents start with the owner's id, so that one prefix query finds all of an account. */
export const ownedId = (userId: string, id: string): string => `${userId}/${id}`;
