import { z } from "zod";
import { conversationIdSchema } from "../conversations/documents.ts";
import { ownerSchema } from "../conversations/owner.ts";
import { account } from "../define/audience.ts";
import { defineEvent } from "../define/event.ts";
import { tokenUsageSchema } from "../inference/token-usage.ts";
import { MESSAGE_ROLES, finalStatusSchema } from "./documents.ts";
import { messageIdSchema } from "./message-id.ts";

const nothing = () => [];

const count = z.int().min(0);

const ofConversation = { conversation_id: conversationIdSchema, owner: ownerSchema };

const ofOwner = account(({ owner }: { owner: string | null }) => owner);

const ofMessage = { ...ofConversation, message_id: messageIdSchema };

const messageData = (data: { conversation_id: string; message_id: string }) => ({
  conversation_id: data.conversation_id,
  message_id: data.message_id,
});

const model = z.string().max(256).nullable();

const provider = z.string().max(128).nullable();

/** UTF-8 bytes of content and calls of tools as JSON. */
const bytes = count;

export const events = {
  started: defineEvent({
    summary: "A model started an answer",
    data: z.object({
      ...ofMessage,
      model,
      provider,
      /**
       * The message that the turn started from, where that was not the newest one: those after it are on a replaced
       * branch now. Null: the turn started at the beginning.
       */
      follows: messageIdSchema.nullable().optional(),
    }),
    changes: nothing,
    audience: ofOwner,
    requires: "memory",
    sse: {
      type: "message_started",
      data: (data) => ({
        ...messageData(data),
        model: data.model,
        provider: data.provider,
        ...(data.follows !== undefined && { follows: data.follows }),
      }),
    },
    describe: null,
  }),

  /** A complete message was added. */
  appended: defineEvent({
    summary: "A message was added to a conversation",
    data: z.object({
      ...ofMessage,
      role: z.enum(MESSAGE_ROLES),
      status: z.literal("complete"),
      bytes,
    }),
    changes: nothing,
    audience: ofOwner,
    requires: "memory",
    sse: { type: "message_appended", data: (data) => ({ ...messageData(data), role: data.role }) },
    describe: null,
  }),

  /** The text received so far was stored. */
  progressed: defineEvent({
    summary: "More text of an answer was stored",
    /** `text_length` in UTF-16 code units, as JavaScript counts. */
    data: z.object({ ...ofMessage, text_length: count }),
    changes: nothing,
    audience: ofOwner,
    requires: "memory",
    sse: {
      type: "message_progressed",
      data: (data) => ({ ...messageData(data), text_length: data.text_length }),
    },
    describe: null,
  }),

  /** An answer ended with any final status. */
  completed: defineEvent({
    summary: "An answer ended with any final status; `usage` has its tokens",
    data: z.object({
      ...ofMessage,
      status: finalStatusSchema,
      model,
      provider,
      usage: tokenUsageSchema.nullable(),
      cost_usd: z.number().min(0).nullable(),
      bytes,
    }),
    changes: nothing,
    audience: ofOwner,
    requires: "memory",
    sse: {
      type: "message_completed",
      data: (data) => ({
        ...messageData(data),
        status: data.status,
        model: data.model,
        provider: data.provider,
        usage: data.usage,
        cost_usd: data.cost_usd,
      }),
    },
    describe: null,
  }),
};
