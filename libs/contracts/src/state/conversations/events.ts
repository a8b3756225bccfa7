import { z } from "zod";
import { defineEvent } from "../../define.ts";
import {
  conversationIdSchema,
  conversationSchema,
  finalStatusSchema,
  MESSAGE_ROLES,
  messageIdSchema,
  ownerSchema,
  tokenUsageSchema,
} from "./documents.ts";

/* What happens to conversations, without a word of what was said: that lies in documents beside the log. */

const nothing = () => [];
const count = z.int().min(0);
const ofConversation = { conversation_id: conversationIdSchema, owner: ownerSchema };

export const conversationCreated = defineEvent({
  entity: "conversation",
  happened: "created",
  data: z.object({
    ...ofConversation,
    forked_from: conversationSchema.shape.forked_from,
    /** Messages that it began with: those of a fork. */
    messages: count,
  }),
  changes: nothing,
});

export const conversationRenamed = defineEvent({
  entity: "conversation",
  happened: "renamed",
  data: z.object(ofConversation),
  changes: nothing,
});

/** Its older messages got a summary. */
export const conversationSummarized = defineEvent({
  entity: "conversation",
  happened: "summarized",
  data: z.object({ ...ofConversation, up_to_message: messageIdSchema }),
  changes: nothing,
});

export const conversationDeleted = defineEvent({
  entity: "conversation",
  happened: "deleted",
  data: z.object({ ...ofConversation, messages: count }),
  changes: nothing,
});

const ofMessage = { ...ofConversation, message_id: messageIdSchema };
const model = z.string().max(256).nullable();
const provider = z.string().max(128).nullable();
/** UTF-8 bytes of content and calls of tools as JSON. */
const bytes = count;

/** An assistant began to answer. */
export const messageStarted = defineEvent({
  entity: "message",
  happened: "started",
  data: z.object({ ...ofMessage, model, provider }),
  changes: nothing,
});

/** A message was added that is whole. */
export const messageAppended = defineEvent({
  entity: "message",
  happened: "appended",
  data: z.object({
    ...ofMessage,
    role: z.enum(MESSAGE_ROLES),
    status: z.literal("complete"),
    bytes,
  }),
  changes: nothing,
});

/** What had arrived so far was stored. */
export const messageProgressed = defineEvent({
  entity: "message",
  happened: "progressed",
  /** `text_length` in UTF-16 code units, as JavaScript counts. */
  data: z.object({ ...ofMessage, text_length: count }),
  changes: nothing,
});

/** An answer ended, one way or another. */
export const messageCompleted = defineEvent({
  entity: "message",
  happened: "completed",
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
});

export const CONVERSATION_EVENTS = [
  conversationCreated,
  conversationRenamed,
  conversationSummarized,
  conversationDeleted,
  messageStarted,
  messageAppended,
  messageProgressed,
  messageCompleted,
] as const;
