import { z } from "zod";
import { conversationIdSchema, conversationSchema, titleSchema } from "./documents.ts";
import { ownerSchema } from "./owner.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { conversationCursorSchema } from "../messages/documents.ts";
import { messageIdSchema } from "../messages/message-id.ts";

/*
 * What is asked of conversations. Every request says whose: another's is `not_found`, as one that is not there.
 * `unauthorized`: the owner's account is gone.
 */
const owner = { owner: ownerSchema };

const address = { ...owner, conversation_id: conversationIdSchema };

const conversation = z.object({ ...sequenced, conversation: conversationSchema });

const page = {
  cursor: conversationCursorSchema.nullish(),
  limit: z.int().min(1).max(200).default(50),
};

const nextCursor = { next_cursor: conversationCursorSchema.nullable() };

export const requests = {
  /** With an id of the caller's own it can be asked again: the same owner's conversation of that id is the answer. */
  create: defineRequest({
    subject: "vega.state.conversations.create",
    callers: ["gateway"],
    input: z.object({
      ...owner,
      conversation_id: conversationIdSchema.optional(),
      title: titleSchema.default(""),
    }),
    output: conversation,
    errors: ["limit_exceeded", "unauthorized"],
  }),

  /** An owner's conversations, those that were used last first. */
  list: defineRequest({
    subject: "vega.state.conversations.list",
    callers: ["gateway", "ai"],
    input: z.object({ ...owner, ...page }),
    output: z.object({ ...sequenced, conversations: z.array(conversationSchema), ...nextCursor }),
    errors: [],
  }),

  /**
   * Looks for a text in titles and messages, without regard to case, the conversation that was used last first and in
   * it the newest message. It is a scan, and bounded: an answer may have found nothing and still have a cursor to go on
   * with. `partly`: conversations so large that only their newest messages were looked at.
   */
  search: defineRequest({
    subject: "vega.state.conversations.search",
    callers: ["gateway"],
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
  }),

  get: defineRequest({
    subject: "vega.state.conversations.get",
    callers: ["gateway", "ai"],
    input: z.object(address),
    output: conversation,
    errors: ["not_found"],
  }),

  rename: defineRequest({
    subject: "vega.state.conversations.rename",
    callers: ["gateway"],
    input: z.object({ ...address, title: titleSchema }),
    output: conversation,
    errors: ["limit_exceeded", "not_found"],
  }),

  /** Notes what stands for the messages up to and with `up_to_message` in a prompt. */
  summarize: defineRequest({
    subject: "vega.state.conversations.summarize",
    callers: ["ai"],
    input: z.object({ ...address, text: z.string(), up_to_message: messageIdSchema }),
    output: conversation,
    errors: ["invalid", "not_found", "too_large"],
  }),

  /** Removes a conversation and all that was said in it. `conflict`: messages keep coming. */
  delete: defineRequest({
    subject: "vega.state.conversations.delete",
    callers: ["gateway"],
    input: z.object(address),
    output: z.object(sequenced),
    errors: ["conflict", "not_found"],
    timeoutMs: 15_000,
  }),

  /**
   * Makes a conversation with copies of the messages up to and with one. `conflict`: one of them is still being answered.
   * `too_large`: they are more than one commit should hold.
   */
  fork: defineRequest({
    subject: "vega.state.conversations.fork",
    callers: ["gateway"],
    input: z.object({ ...address, message_id: messageIdSchema, title: titleSchema.optional() }),
    output: conversation,
    errors: ["conflict", "invalid", "limit_exceeded", "not_found", "too_large", "unauthorized"],
    timeoutMs: 15_000,
  }),
};
