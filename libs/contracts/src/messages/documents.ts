import { z } from "zod";
import { tokenUsageSchema } from "../inference/token-usage.ts";
import { conversationIdSchema } from "../conversations/documents.ts";
import { ownerSchema } from "../conversations/owner.ts";
import { jsonObjectSchema, jsonSchema } from "../define/json.ts";
import type { Json, JsonObject } from "../define/json.ts";
import { orchestraSchema } from "../inference/orchestra.ts";
import { messageIdSchema } from "./message-id.ts";

const time = z.iso.datetime();

const count = z.int().min(0);

export const MESSAGE_ROLES = ["system", "user", "assistant", "tool"] as const;

/** Every status but `streaming` is final. `truncated`: interrupted, with the text received so far. */
export const MESSAGE_STATUSES = [
  "streaming",
  "complete",
  "truncated",
  "cancelled",
  "failed",
] as const;

export const messageStatusSchema = z.enum(MESSAGE_STATUSES);

export const finalStatusSchema = messageStatusSchema.exclude(["streaming"]);

/** Text, content parts as in OpenAI's API, or null where there are only tool calls. */
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

const said = {
  content: messageContentSchema,
  /** As in OpenAI's `tool_calls`. */
  tool_calls: z.array(jsonObjectSchema).nullish(),
  /** Of a `tool` message: the id of its call. */
  tool_call_id: z.string().max(256).nullish(),
};

/** Context of the prompt beside the messages, for inspection. */
export const promptSchema = z.object({
  /** Number of messages that did not fit into the model's context window. */
  left_out: count,
  /** Whether the conversation's summary replaced them. */
  summarized: z.boolean(),
  /** Keys of the memory, as `<namespace>/<key>`. */
  memory: z.array(z.string()),
  /** Findings of the guard, as `<rule> in <place>`; absent: none. */
  flags: z.array(z.string()).optional(),
});

export type Prompt = z.infer<typeof promptSchema>;

const answered = {
  /** The model that answered, or was called last. */
  model: z.string().max(256).nullable(),
  provider: z.string().max(128).nullable(),
  usage: tokenUsageSchema.nullable(),
  cost_usd: z.number().min(0).nullable(),
  /** Milliseconds from the request to the end, and to the first token. */
  latency_ms: z.number().min(0).nullable(),
  first_token_ms: z.number().min(0).nullable(),
  /** Every call to a provider for this answer. */
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
  /** Of the HTTP request. */
  request_id: z.string().max(64).nullable(),
  /** Of an answer; absent in those of older versions. */
  prompt: promptSchema.nullish(),
  /** Details of an ensemble's answer. */
  orchestra: orchestraSchema.nullish(),
});

export type Message = z.infer<typeof messageSchema>;

/** A complete message: a user's, a tool's, a system prompt, or an answer from elsewhere. */
export const newMessageSchema = z.object({ role: z.enum(MESSAGE_ROLES), ...said });

export type NewMessage = z.infer<typeof newMessageSchema>;

/** The outcome of an answer. */
export const outcomeSchema = z.object({
  status: finalStatusSchema,
  /** The whole content; required for a complete answer. Absent: the text stored by progress. */
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

/** The searchable text of a content, without other parts. */
export function textOf(content: MessageContent): string {
  if (typeof content === "string") return content;
  const parts = (content ?? []).map(({ text }) => text);
  return parts.filter((text) => typeof text === "string").join("\n");
}

/** Cursor of a page of conversations: `<updated_at>/<id>`. */
export const conversationCursorSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z\/[0-9a-f-]{36}$/, "this is no cursor");
