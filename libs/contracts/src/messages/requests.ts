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

/*
 * What is asked of conversations. Every request says whose: another's is `not_found`, as one that is not there.
 * `unauthorized`: the owner's account is gone.
 */
const owner = { owner: ownerSchema };

const address = { ...owner, conversation_id: conversationIdSchema };

const messageAddress = { ...owner, message_id: messageIdSchema };

/** Before what is asked to be added, the conversation is made where there is none of that id. */
const make = { create: z.object({ title: titleSchema.default("") }).nullish() };

/** How long a message may go without a sign of life before it counts as truncated, in seconds. */
const lease = { lease_seconds: z.number().positive().max(3_600) };

const leased = z.object({ ...sequenced, message: messageSchema, lease_until: z.iso.datetime() });

const digest = z.string().regex(/^[0-9a-f]{64}$/, "is no SHA-256 in hex");

export const requests = {
  /**
   * Messages of the current branch in their order, or the newest first. Pages end early where they are large: `next_cursor` (a position) says
   * whether there is more.
   */
  list: defineRequest({
    subject: "vega.state.messages.list",
    callers: ["gateway", "ai"],
    input: z.object({
      ...address,
      /** The position that the last page ended with. */
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

  /**
   * Begins an answer; before it, adds the `messages` that it answers: one commit for what a turn begins with.
   *
   * With `idempotency` it is begun once: asked again within a day, the answer is the message of the first time, with
   * `replayed`, where that is complete; one that failed or was broken off gives way to a new try. `conflict`: it is
   * being answered. `key_reused`: the key was used for something else.
   *
   * With `follows` the turn starts from that message of the current branch, or from the beginning (null): the messages
   * after it are kept on a replaced branch. `conflict`: it is no message of the current branch.
   *
   * With `charge` the most that the answer can cost is reserved in the same commit. `budget_exceeded`: a budget does not
   * allow it; nothing was stored.
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
      /** Digests of the caller's key and of what was asked with it. */
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
   * Stores what has arrived, and renews the lease (with an empty text, that alone). `text` stands at `offset` of the whole,
   * in UTF-16 code units; what is there already is passed over, so it can be sent again. It must be well-formed Unicode:
   * keep back half of a surrogate pair. `conflict`: it leaves a gap, is another text than what is there, or the message
   * has ended.
   */
  progress: defineRequest({
    subject: "vega.state.messages.progress",
    callers: ["gateway", "ai"],
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
  }),

  /**
   * Ends an answer. Asked again with the same status it changes nothing and answers what is stored. `conflict`: it has
   * ended in another way, such as by its lease. `invalid`: a complete one without content.
   */
  finish: defineRequest({
    subject: "vega.state.messages.finish",
    callers: ["gateway", "ai"],
    input: z.object({ ...messageAddress, outcome: outcomeSchema }),
    output: z.object({ ...sequenced, message: messageSchema }),
    errors: ["conflict", "invalid", "not_found", "too_large"],
  }),
};
