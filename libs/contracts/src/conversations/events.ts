import { z } from "zod";
import { conversationIdSchema, conversationSchema } from "./documents.ts";
import { ownerSchema } from "./owner.ts";
import { account } from "../define/audience.ts";
import { defineEvent } from "../define/event.ts";
import { messageIdSchema } from "../messages/message-id.ts";

/* Events of conversations have no content: that is in documents beside the log. */
const nothing = () => [];

const count = z.int().min(0);

const ofConversation = { conversation_id: conversationIdSchema, owner: ownerSchema };

const ofOwner = account(({ owner }: { owner: string | null }) => owner);

const conversationData =
  (change: string) =>
  ({ conversation_id }: { conversation_id: string }) => ({ conversation_id, change });

export const events = {
  created: defineEvent({
    summary: "A conversation was created, or forked from another one",
    data: z.object({
      ...ofConversation,
      forked_from: conversationSchema.shape.forked_from,
      /** Messages that a fork copied. */
      messages: count,
    }),
    changes: nothing,
    audience: ofOwner,
    requires: "memory",
    sse: { type: "conversation_changed", data: conversationData("created") },
    describe: null,
  }),

  renamed: defineEvent({
    summary: "A conversation was renamed",
    data: z.object(ofConversation),
    changes: nothing,
    audience: ofOwner,
    requires: "memory",
    sse: { type: "conversation_changed", data: conversationData("renamed") },
    describe: null,
  }),

  /** Older messages were summarized. */
  summarized: defineEvent({
    summary: "The older messages of a conversation were summarized",
    data: z.object({ ...ofConversation, up_to_message: messageIdSchema }),
    changes: nothing,
    audience: ofOwner,
    requires: "memory",
    sse: { type: "conversation_changed", data: conversationData("summarized") },
    describe: null,
  }),

  deleted: defineEvent({
    summary: "A conversation was deleted",
    data: z.object({ ...ofConversation, messages: count }),
    changes: nothing,
    audience: ofOwner,
    requires: "memory",
    sse: { type: "conversation_changed", data: conversationData("deleted") },
    describe: null,
  }),
};
