import { z } from "zod";
import {
  conversationIdSchema,
  conversationSchema,
  titleSchema,
} from "../conversations/documents.ts";
import { ownerSchema } from "../conversations/owner.ts";
import { jsonObjectSchema } from "../define/json.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { messageSchema, newMessageSchema, outcomeSchema, promptSchema } from "./documents.ts";
import { messageIdSchema } from "./message-id.ts";
import { chargeSchema } from "../usage/documents.ts";

const owner = { owner: ownerSchema };

const address = { ...owner, conversation_id: conversationIdSchema };

const messageAddress = { ...owner, message_id: messageIdSchema };

/** Creates the conversation first where it does not exist. */
const make = { create: z.object({ title: titleSchema.default("") }).nullish() };

/** Lease of a message under way, in seconds; it counts as truncated once the lease expires. */
const lease = { lease_seconds: z.number().positive().max(3_600) };

const leased = z.object({ ...sequenced, message: messageSchema, lease_until: z.iso.datetime() });

const digest = z.string().regex(/^[0-9a-f]{64}$/, "is no SHA-256 in hex");

export const requests = {
  /**
   * Messages of the current branch in order, or newest first. A page ends early where it is large: `next_cursor` (a
   * position) is null at the end.
   */
  list: defineRequest({
    subject: "vega.state.messages.list",
    callers: ["gateway", "ai"],
    input: z.object({
      ...address,
      /** Last position of the previous page. */
      cursor: z.int().min(0).nullish(),
      limit: z.int().min(1).max(500).default(100),
      newest_first: z.boolean().default(false),
      /** Also the messages of replaced branches; `branches` of the conversation says which those are. */
      all_branches: z.boolean().default(false),
    }),
    output: z.object({
      ...sequenced,
      conversation: conversationSchema,
      messages: z.array(messageSchema),
      next_cursor: z.int().min(0).nullable(),
    }),
    errors: ["not_found"],
  }),

  /** Ids of the messages of a conversation that a model is answering, or whose lease has not expired yet. */
  listPending: defineRequest({
    subject: "vega.state.messages.pending",
    callers: ["gateway"],
    input: z.object(address),
    output: z.object({ ...sequenced, message_ids: z.array(messageIdSchema) }),
    errors: ["not_found"],
  }),

  /**
   * Starts an answer, and adds the `messages` that it answers in the same commit.
   *
   * With `idempotency` it starts once: a repetition within a day replies with the first message and `replayed` if that is
   * complete; a failed or truncated one is tried again. `conflict`: the answer is under way. `key_reused`: the key was
   * used with another request.
   *
   * With `follows` the turn starts from that message of the current branch, or from the beginning (null): the messages
   * after it are kept on a replaced branch. `conflict`: the message is not on the current branch.
   *
   * With `charge` the maximum cost of the answer is reserved in the same commit. `budget_exceeded`: a budget does not allow
   * it; nothing was stored.
   */
  start: defineRequest({
    subject: "vega.state.messages.start",
    callers: ["ai"],
    input: z.object({
      ...address,
      ...make,
      ...lease,
      messages: z.array(newMessageSchema).max(1_000).default([]),
      follows: messageIdSchema.nullable().optional(),
      model: messageSchema.shape.model.default(null),
      provider: messageSchema.shape.provider.default(null),
      prompt: promptSchema.nullable().default(null),
      /** Digests of the caller's key and of its request. */
      idempotency: z.object({ key: digest, fingerprint: digest }).nullable().default(null),
      charge: chargeSchema.nullable().default(null),
    }),
    output: leased.extend({ appended: z.array(messageSchema), replayed: z.boolean() }),
    errors: [
      "budget_exceeded",
      "conflict",
      "key_reused",
      "limit_exceeded",
      "not_found",
      "too_large",
      "unauthorized",
    ],
  }),

  /**
   * Stores text received so far, and renews the lease (an empty text only renews it). `text` begins at `offset` of the
   * whole, in UTF-16 code units; stored parts are skipped, so it can be sent again. It must be well-formed Unicode: hold
   * back half a surrogate pair. `conflict`: it leaves a gap, differs from the stored text, or the message has ended.
   */
  progress: defineRequest({
    subject: "vega.state.messages.progress",
    callers: ["gateway", "ai"],
    input: z.object({
      ...messageAddress,
      ...lease,
      offset: z.int().min(0),
      text: z.string().refine((text) => text.isWellFormed(), "is not well-formed Unicode"),
      /** Replaces the stored ones. */
      tool_calls: z.array(jsonObjectSchema).optional(),
    }),
    output: z.object({ ...sequenced, text_length: z.int(), lease_until: z.iso.datetime() }),
    errors: ["conflict", "not_found", "too_large"],
  }),

  /**
   * Ends an answer. Repeating it with the same status changes nothing and replies with the stored message. `conflict`: it
   * ended with another status, such as by its lease. `invalid`: a complete answer without content.
   */
  finish: defineRequest({
    subject: "vega.state.messages.finish",
    callers: ["gateway", "ai"],
    input: z.object({ ...messageAddress, outcome: outcomeSchema }),
    output: z.object({ ...sequenced, message: messageSchema }),
    errors: ["conflict", "invalid", "not_found", "too_large"],
  }),
};
