import { z } from "zod";
import { defineCollection, ownedByPrefix } from "../define/collection.ts";
import { ownedId } from "../users/user-id.ts";
import { conversationSchema } from "./documents.ts";
import { ownerKey } from "./owner.ts";

// A conversation has an export of its own: GET /api/conversations/:id/export.
const owner = ownedByPrefix((userId) => ownedId(userId, ""), null);

export const collections = {
  /** `<owner>/<id>` */
  conversations: defineCollection({
    schema: conversationSchema,
    indexes: [],
    owner,
    // By creation: with the last use, every turn would move the conversation within the index.
    search: (conversation) => ({
      newest: conversation.created_at,
      values: { owner: ownerKey(conversation.owner) },
      fields: [{ text: conversation.title, weight: 1 }],
    }),
  }),
  /** `<owner>/<updated_at>/<id>`: an owner's conversations in the order of their use. */
  conversation_order: defineCollection({
    schema: z.object({ conversation_id: z.uuid() }),
    indexes: [],
    owner,
  }),
};
