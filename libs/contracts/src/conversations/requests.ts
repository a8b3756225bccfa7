import { z } from "zod";
import { conversationIdSchema, conversationSchema, titleSchema } from "./documents.ts";
import { ownerSchema } from "./owner.ts";
import { defineRequest } from "../define/request.ts";
import { conversationSearchCursorSchema } from "./search-cursor.ts";
import { sequenced } from "../define/sequenced.ts";
import { conversationCursorSchema } from "../messages/documents.ts";
import { messageIdSchema } from "../messages/message-id.ts";

/*
 * Every request names the owner: a conversation of another owner is `not_found`, like one that does not exist.
 * `unauthorized`: the account of the owner does not exist any more.
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
  /** Repeatable with an id of the caller's choice: replies with the owner's conversation of that id. */
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

  /** Conversations of an owner, last used first. */
  list: defineRequest({
    subject: "vega.state.conversations.list",
    callers: ["gateway", "ai"],
    input: z.object({ ...owner, ...page }),
    output: z.object({ ...sequenced, conversations: z.array(conversationSchema), ...nextCursor }),
    errors: [],
  }),

  /**
   * Finds conversations with a title or a message on the current branch that has a word for each word of the text, which
   * begins with it. Titles first, the newest conversation first; then the conversation with the newest matching message.
   */
  search: defineRequest({
    subject: "vega.state.conversations.search",
    callers: ["gateway"],
    input: z.object({
      ...owner,
      text: z.string().trim().min(1).max(200),
      cursor: conversationSearchCursorSchema.nullish(),
      limit: page.limit,
    }),
    output: z.object({
      ...sequenced,
      found: z.array(
        z.object({
          conversation: conversationSchema,
          /** The newest message that matches; null: found in the title. */
          message_id: messageIdSchema.nullable(),
          excerpt: z.string(),
        }),
      ),
      /** Always empty: whole conversations are searched. */
      partly: z.array(conversationIdSchema),
      /** False while messages of an older version are still being indexed. Absent in replies of older versions. */
      complete: z.boolean().default(true),
      next_cursor: conversationSearchCursorSchema.nullable(),
    }),
    errors: ["invalid"],
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

  /** Stores a summary of the messages up to and including `up_to_message`. */
  summarize: defineRequest({
    subject: "vega.state.conversations.summarize",
    callers: ["ai"],
    input: z.object({ ...address, text: z.string(), up_to_message: messageIdSchema }),
    output: conversation,
    errors: ["invalid", "not_found", "too_large"],
  }),

  /** Removes a conversation and its messages. `conflict`: messages are being added. */
  delete: defineRequest({
    subject: "vega.state.conversations.delete",
    callers: ["gateway"],
    input: z.object(address),
    output: z.object(sequenced),
    errors: ["conflict", "not_found"],
    timeoutMs: 15_000,
  }),

  /**
   * Creates a conversation with copies of the messages up to and including one. `conflict`: one of them is still under
   * way. `too_large`: too many messages for one commit.
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
