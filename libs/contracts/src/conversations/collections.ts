import { z } from "zod";
import { defineCollection, ownedByPrefix } from "../define/collection.ts";
import { ownedId } from "../users/user-id.ts";
import { conversationSchema } from "./documents.ts";

// A conversation has an export of its own: GET /api/conversations/:id/export.
const owner = ownedByPrefix((userId) => ownedId(userId, ""), null);

export const collections = {
  /** `<owner>/<id>` */
  conversations: defineCollection({ schema: conversationSchema, indexes: [], owner }),
  /** `<owner>/<updated_at>/<id>`: an owner's conversations in the order of their use. */
  conversation_order: defineCollection({
    schema: z.object({ conversation_id: z.uuid() }),
    indexes: [],
    owner,
  }),
};
