import { z } from "zod";
import { conversationIdSchema } from "../conversations/documents.ts";
import { ownerSchema } from "../conversations/owner.ts";
import { jsonObjectSchema, jsonSchema } from "../define/json.ts";
import type { Json, JsonObject } from "../define/json.ts";
import { orchestraSchema } from "../inference/orchestra.ts";
import { messageIdSchema } from "./message-id.ts";

/*
 * Conversations as state keeps them. They lie beside the log, never in it: entries name conversation and message only, so
 * that what was said can be erased. Times are ISO 8601.
 */
const time = z.iso.datetime();

const count = z.int().min(0);

export const MESSAGE_ROLES = ["system", "user", "assistant", "tool"] as const;

/** Every status but `streaming` is final. `truncated`: it broke off, and what had arrived is there. */
export const MESSAGE_STATUSES = [
  "streaming",
  "complete",
  "truncated",
  "cancelled",
  "failed",
] as const;

export const messageStatusSchema = z.enum(MESSAGE_STATUSES);

export const finalStatusSchema = messageStatusSchema.exclude(["streaming"]);

/** Text, parts as OpenAI has them, or nothing where there are only calls of tools. */
export type MessageContent = string | JsonObject[] | null;

function isContent(content: Json): boolean {
  if (content === null || typeof content === "string") return true;
  return Array.isArray(content) && content.every(isPart);
}

export const messageContentSchema = jsonSchema
  .refine(isContent, "content is text, an array of parts, or null")
  .transform((content) => content as MessageContent);

function isPart(part: Json): boolean {
  return typeof part === "object" && part !== null && !Array.isArray(part);
}

export const tokenUsageSchema = z.object({ prompt_tokens: count, completion_tokens: count });

const said = {
  content: messageContentSchema,
  /** As the model made them: OpenAI's `tool_calls`. */
  tool_calls: z.array(jsonObjectSchema).nullish(),
  /** Of a `tool` message: what it answers. */
  tool_call_id: z.string().max(256).nullish(),
};

/** What stood before the model beside the messages: for people to see. */
export const promptSchema = z.object({
  /** Messages of the conversation that were left out since the model's window would not hold them. */
  left_out: count,
  /** Whether the conversation's summary stood for them. */
  summarized: z.boolean(),
  /** Keys of the memory, as `<namespace>/<key>`. */
  memory: z.array(z.string()),
  /** What the guard noted, as `<rule> in <place>`; absent: nothing. */
  flags: z.array(z.string()).optional(),
});

export type Prompt = z.infer<typeof promptSchema>;

const answered = {
  /** Of the model that answered, or was asked last. */
  model: z.string().max(256).nullable(),
  provider: z.string().max(128).nullable(),
  usage: tokenUsageSchema.nullable(),
  cost_usd: z.number().min(0).nullable(),
  /** Milliseconds from the request to the end, and to the first token. */
  latency_ms: z.number().min(0).nullable(),
  first_token_ms: z.number().min(0).nullable(),
  /** Every call that was made for it, in the words of who made them. */
  attempts: z.array(jsonObjectSchema),
  finish_reason: z.string().max(128).nullable(),
  error: jsonObjectSchema.nullable(),
};

export const messageSchema = z.object({
  id: messageIdSchema,
  conversation_id: conversationIdSchema,
  owner: ownerSchema,
  position: count,
  role: z.enum(MESSAGE_ROLES),
  ...said,
  status: messageStatusSchema,
  ...answered,
  created_at: time,
  updated_at: time,
  /** Of the HTTP request that it came with. */
  request_id: z.string().max(64).nullable(),
  /** Of an answer; absent in those of older versions. */
  prompt: promptSchema.nullish(),
  /** Of an answer that several models gave together. */
  orchestra: orchestraSchema.nullish(),
});

export type Message = z.infer<typeof messageSchema>;

/** A message that is whole as it comes: a user's, a tool's, a system prompt, or an answer from elsewhere. */
export const newMessageSchema = z.object({ role: z.enum(MESSAGE_ROLES), ...said });

export type NewMessage = z.infer<typeof newMessageSchema>;

/** What is known at the end of an answer. */
export const outcomeSchema = z.object({
  status: finalStatusSchema,
  /** The whole of it. Absent: what progress has stored; a complete answer has to say it. */
  content: messageContentSchema.optional(),
  tool_calls: said.tool_calls,
  model: answered.model.optional(),
  provider: answered.provider.optional(),
  usage: answered.usage.default(null),
  cost_usd: answered.cost_usd.default(null),
  latency_ms: answered.latency_ms.default(null),
  first_token_ms: answered.first_token_ms.default(null),
  attempts: answered.attempts.default([]),
  finish_reason: answered.finish_reason.default(null),
  error: answered.error.default(null),
  orchestra: orchestraSchema.nullish(),
});

export type Outcome = z.output<typeof outcomeSchema>;

/** What searches compare: the text of a content, without its other parts. */
export function textOf(content: MessageContent): string {
  if (typeof content === "string") return content;
  const parts = (content ?? []).map(({ text }) => text);
  return parts.filter((text) => typeof text === "string").join("\n");
}

/** Where a page of conversations ended: `<updated_at>/<id>`. */
export const conversationCursorSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z\/[0-9a-f-]{36}$/, "this is no cursor");
