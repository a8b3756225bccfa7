import { z } from "zod";
import { ownerSchema } from "./owner.ts";
import { messageIdSchema } from "../messages/message-id.ts";
import { usageTotalsSchema } from "../usage/totals.ts";

/*
 * Conversations and messages are documents beside the log. Log entries have their ids only, so that content can be
 * erased. Times are ISO 8601.
 */
const time = z.iso.datetime();

const count = z.int().min(0);

export const conversationIdSchema = z.uuid();

export const titleSchema = z
  .string()
  .max(1_000)
  .refine((title) => title.isWellFormed(), "is not well-formed Unicode");

export const conversationSchema = z.object({
  id: conversationIdSchema,
  owner: ownerSchema,
  title: titleSchema,
  created_at: time,
  /** Time of its last message or rename. */
  updated_at: time,
  message_count: count,
  forked_from: z
    .object({ conversation_id: conversationIdSchema, message_id: messageIdSchema })
    .nullable(),
  /** Summary of the messages up to and including that one, for prompts that exceed a model's context window. */
  summary: z.object({ text: z.string(), up_to_message: messageIdSchema }).nullable(),
  /** Of ended answers; absent where there are none, and in documents of older versions. */
  usage: usageTotalsSchema.optional(),
  /**
   * Where a turn started from an earlier message: the message at position `at` follows the one at `after` (null: none),
   * and those between are on a replaced branch. In ascending order; absent where there are none.
   */
  branches: z.array(z.object({ at: count, after: count.nullable() })).optional(),
});

export type Conversation = z.infer<typeof conversationSchema>;
