import { z } from "zod";
import { defineRequest } from "../../define.ts";
import { jsonObjectSchema } from "../../json.ts";
import { sequenced } from "../../sequenced.ts";
import {
  conversationIdSchema,
  conversationSchema,
  messageIdSchema,
  messageSchema,
  newMessageSchema,
  outcomeSchema,
  ownerSchema,
  promptSchema,
  titleSchema,
} from "./documents.ts";
import { chargeSchema } from "../usage/documents.ts";

/*
 * What is asked of conversations. Every request says whose: another's is `not_found`, as one that is not there.
 * `unauthorized`: the owner's account is gone.
 */

const owner = { owner: ownerSchema };
const address = { ...owner, conversation_id: conversationIdSchema };
const messageAddress = { ...owner, message_id: messageIdSchema };
const conversation = z.object({ ...sequenced, conversation: conversationSchema });

/** With an id of the caller's own it can be asked again: the same owner's conversation of that id is the answer. */
export const createConversation = defineRequest({
  subject: "vega.state.conversations.create",
  input: z.object({
    ...owner,
    conversation_id: conversationIdSchema.optional(),
    title: titleSchema.default(""),
  }),
  output: conversation,
  errors: ["limit_exceeded", "unauthorized"],
});

/** Where a page of conversations ended: `<updated_at>/<id>`. */
export const conversationCursorSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z\/[0-9a-f-]{36}$/, "this is no cursor");
const page = {
  cursor: conversationCursorSchema.nullish(),
  limit: z.int().min(1).max(200).default(50),
};
const nextCursor = { next_cursor: conversationCursorSchema.nullable() };

/** An owner's conversations, those that were used last first. */
export const listConversations = defineRequest({
  subject: "vega.state.conversations.list",
  input: z.object({ ...owner, ...page }),
  output: z.object({ ...sequenced, conversations: z.array(conversationSchema), ...nextCursor }),
  errors: [],
});

/**
 * Looks for a text in titles and messages, without regard to case, the conversation that was used last first and in
 * it the newest message. It is a scan, and bounded: an answer may have found nothing and still have a cursor to go on
 * with. `partly`: conversations so large that only their newest messages were looked at.
 */
export const searchConversations = defineRequest({
  subject: "vega.state.conversations.search",
  input: z.object({ ...owner, ...page, text: z.string().trim().min(1).max(200) }),
  output: z.object({
    ...sequenced,
    found: z.array(
      z.object({
        conversation: conversationSchema,
        /** Null: it is in the title. */
        message_id: messageIdSchema.nullable(),
        excerpt: z.string(),
      }),
    ),
    partly: z.array(conversationIdSchema),
    ...nextCursor,
  }),
  errors: [],
  timeoutMs: 15_000,
});

export const getConversation = defineRequest({
  subject: "vega.state.conversations.get",
  input: z.object(address),
  output: conversation,
  errors: ["not_found"],
});

export const renameConversation = defineRequest({
  subject: "vega.state.conversations.rename",
  input: z.object({ ...address, title: titleSchema }),
  output: conversation,
  errors: ["limit_exceeded", "not_found"],
});

/** Notes what stands for the messages up to and with `up_to_message` in a prompt. */
export const summarizeConversation = defineRequest({
  subject: "vega.state.conversations.summarize",
  input: z.object({ ...address, text: z.string(), up_to_message: messageIdSchema }),
  output: conversation,
  errors: ["invalid", "not_found", "too_large"],
});

/** Removes a conversation and all that was said in it. `conflict`: messages keep coming. */
export const deleteConversation = defineRequest({
  subject: "vega.state.conversations.delete",
  input: z.object(address),
  output: z.object(sequenced),
  errors: ["conflict", "not_found"],
  timeoutMs: 15_000,
});

/**
 * Makes a conversation with copies of the messages up to and with one. `conflict`: one of them is still being answered.
 * `too_large`: they are more than one commit should hold.
 */
export const forkConversation = defineRequest({
  subject: "vega.state.conversations.fork",
  input: z.object({ ...address, message_id: messageIdSchema, title: titleSchema.optional() }),
  output: conversation,
  errors: ["conflict", "invalid", "limit_exceeded", "not_found", "too_large", "unauthorized"],
  timeoutMs: 15_000,
});

/**
 * Messages in their order, or the newest first. Pages end early where they are large: `next_cursor` (a position) says
 * whether there is more.
 */
export const listMessages = defineRequest({
  subject: "vega.state.messages.list",
  input: z.object({
    ...address,
    /** The position that the last page ended with. */
    cursor: z.int().min(0).nullish(),
    limit: z.int().min(1).max(500).default(100),
    newest_first: z.boolean().default(false),
  }),
  output: z.object({
    ...sequenced,
    conversation: conversationSchema,
    messages: z.array(messageSchema),
    next_cursor: z.int().min(0).nullable(),
  }),
  errors: ["not_found"],
});

/** Before what is asked to be added, the conversation is made where there is none of that id. */
const make = { create: z.object({ title: titleSchema.default("") }).nullish() };
const addErrors = ["limit_exceeded", "not_found", "too_large", "unauthorized"] as const;

/** Adds messages that are whole, all or none. */
export const appendMessages = defineRequest({
  subject: "vega.state.messages.append",
  input: z.object({ ...address, ...make, messages: z.array(newMessageSchema).min(1).max(1_000) }),
  output: z.object({ ...sequenced, messages: z.array(messageSchema) }),
  errors: addErrors,
});

/** How long a message may go without a sign of life before it counts as truncated, in seconds. */
const lease = { lease_seconds: z.number().positive().max(3_600) };
const leased = z.object({ ...sequenced, message: messageSchema, lease_until: z.iso.datetime() });

const digest = z.string().regex(/^[0-9a-f]{64}$/, "is no SHA-256 in hex");

/**
 * Begins an answer; before it, adds the `messages` that it answers: one commit for what a turn begins with.
 *
 * With `idempotency` it is begun once: asked again within a day, the answer is the message of the first time, with
 * `replayed`, where that is complete; one that failed or was broken off gives way to a new try. `conflict`: it is
 * being answered. `key_reused`: the key was used for something else.
 *
 * With `charge` the most that the answer can cost is reserved in the same commit. `budget_exceeded`: a budget does not
 * allow it; nothing was stored.
 */
export const startMessage = defineRequest({
  subject: "vega.state.messages.start",
  input: z.object({
    ...address,
    ...make,
    ...lease,
    messages: z.array(newMessageSchema).max(1_000).default([]),
    model: messageSchema.shape.model.default(null),
    provider: messageSchema.shape.provider.default(null),
    prompt: promptSchema.nullable().default(null),
    /** Digests of the caller's key and of what was asked with it. */
    idempotency: z.object({ key: digest, fingerprint: digest }).nullable().default(null),
    charge: chargeSchema.nullable().default(null),
  }),
  output: leased.extend({ appended: z.array(messageSchema), replayed: z.boolean() }),
  errors: [...addErrors, "budget_exceeded", "conflict", "key_reused"],
});

/**
 * Stores what has arrived, and renews the lease (with an empty text, that alone). `text` stands at `offset` of the whole,
 * in UTF-16 code units; what is there already is passed over, so it can be sent again. It must be well-formed Unicode:
 * keep back half of a surrogate pair. `conflict`: it leaves a gap, is another text than what is there, or the message
 * has ended.
 */
export const progressMessage = defineRequest({
  subject: "vega.state.messages.progress",
  input: z.object({
    ...messageAddress,
    ...lease,
    offset: z.int().min(0),
    text: z.string().refine((text) => text.isWellFormed(), "is not well-formed Unicode"),
    /** In the place of those stored so far. */
    tool_calls: z.array(jsonObjectSchema).optional(),
  }),
  output: z.object({ ...sequenced, text_length: z.int(), lease_until: z.iso.datetime() }),
  errors: ["conflict", "not_found", "too_large"],
});

/**
 * Ends an answer. Asked again with the same status it changes nothing and answers what is stored. `conflict`: it has
 * ended in another way, such as by its lease. `invalid`: a complete one without content.
 */
export const finishMessage = defineRequest({
  subject: "vega.state.messages.finish",
  input: z.object({ ...messageAddress, outcome: outcomeSchema }),
  output: z.object({ ...sequenced, message: messageSchema }),
  errors: ["conflict", "invalid", "not_found", "too_large"],
});
