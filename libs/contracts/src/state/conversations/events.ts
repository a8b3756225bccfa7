import { z } from "zod";
import { account } from "../../audience.ts";
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
const ofOwner = account(({ owner }: { owner: string | null }) => owner);
const conversationData =
  (change: string) =>
  ({ conversation_id }: { conversation_id: string }) => ({ conversation_id, change });

export const conversationCreated = defineEvent({
  entity: "conversation",
  happened: "created",
  summary: "A conversation was begun, or forked from another one",
  data: z.object({
    ...ofConversation,
    forked_from: conversationSchema.shape.forked_from,
    /** Messages that it began with: those of a fork. */
    messages: count,
  }),
  changes: nothing,
  audience: ofOwner,
  requires: "memory",
  sse: { type: "conversation_changed", data: conversationData("created") },
  describe: null,
});

export const conversationRenamed = defineEvent({
  entity: "conversation",
  happened: "renamed",
  summary: "A conversation has another title",
  data: z.object(ofConversation),
  changes: nothing,
  audience: ofOwner,
  requires: "memory",
  sse: { type: "conversation_changed", data: conversationData("renamed") },
  describe: null,
});

/** Its older messages got a summary. */
export const conversationSummarized = defineEvent({
  entity: "conversation",
  happened: "summarized",
  summary: "The beginning of a conversation has a summary for models",
  data: z.object({ ...ofConversation, up_to_message: messageIdSchema }),
  changes: nothing,
  audience: ofOwner,
  requires: "memory",
  sse: { type: "conversation_changed", data: conversationData("summarized") },
  describe: null,
});

export const conversationDeleted = defineEvent({
  entity: "conversation",
  happened: "deleted",
  summary: "A conversation was deleted",
  data: z.object({ ...ofConversation, messages: count }),
  changes: nothing,
  audience: ofOwner,
  requires: "memory",
  sse: { type: "conversation_changed", data: conversationData("deleted") },
  describe: null,
});

const ofMessage = { ...ofConversation, message_id: messageIdSchema };
const messageData = (data: { conversation_id: string; message_id: string }) => ({
  conversation_id: data.conversation_id,
  message_id: data.message_id,
});
const model = z.string().max(256).nullable();
const provider = z.string().max(128).nullable();
/** UTF-8 bytes of content and calls of tools as JSON. */
const bytes = count;

/** An assistant began to answer. */
export const messageStarted = defineEvent({
  entity: "message",
  happened: "started",
  summary: "A model began an answer",
  data: z.object({ ...ofMessage, model, provider }),
  changes: nothing,
  audience: ofOwner,
  requires: "memory",
  sse: {
    type: "message_started",
    data: (data) => ({ ...messageData(data), model: data.model, provider: data.provider }),
  },
  describe: null,
});

/** A message was added that is whole. */
export const messageAppended = defineEvent({
  entity: "message",
  happened: "appended",
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
});

/** What had arrived so far was stored. */
export const messageProgressed = defineEvent({
  entity: "message",
  happened: "progressed",
  summary: "More of an answer is stored",
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
});

/** An answer ended, one way or another. */
export const messageCompleted = defineEvent({
  entity: "message",
  happened: "completed",
  summary: "An answer ended, whole or cut off, with what it took",
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
