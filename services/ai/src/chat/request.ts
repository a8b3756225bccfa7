import type { JsonObject, NewMessage } from "@vega/contracts";
import { jsonObjectSchema, namespaceSchema, orchestraModeSchema, VegaError } from "@vega/contracts";
import { z } from "zod";
import type { ChatRequest } from "../models/language-model.ts";

/** What a body of POST /v1/chat/completions asks for: OpenAI's part of it, and VEGA's own. */
export interface TurnRequest {
  /** Absent: whatever is preferred here. */
  readonly model: string | undefined;
  /** Names of what is asked after it. */
  readonly fallbacks: readonly string[];
  readonly messages: readonly JsonObject[];
  /** What goes to the provider as it is. */
  readonly options: JsonObject;
  /** Whether the answer is told while it arrives. */
  readonly stream: boolean;
  /** The conversation to go on with. */
  readonly conversation: string | undefined;
  /** Namespaces of the memory whose fitting entries are put before the model. */
  readonly memory: readonly string[];
  /** What an ensemble is asked for beside that. */
  readonly orchestra: ChatRequest["orchestra"];
}

const ROLES = ["system", "developer", "user", "assistant", "tool"] as const;
const modelName = z.string().trim().min(1).max(256);

const messageSchema = z
  .looseObject({
    role: z.enum(ROLES),
    content: z.union([z.string(), z.array(jsonObjectSchema), z.null()]).optional(),
    tool_calls: z.array(jsonObjectSchema).nullish(),
    tool_call_id: z.string().max(256).nullish(),
  })
  .refine(
    ({ role, content }) => role === "assistant" || (content !== undefined && content !== null),
    "a message needs a content",
  );

const bodySchema = z.looseObject({
  model: modelName.nullish(),
  messages: z.array(messageSchema).min(1).max(1_000),
  stream: z.boolean().nullish(),
  n: z.literal(1, "only one choice can be asked for").nullish(),
  fallbacks: z.array(modelName).max(16).nullish(),
  vega_conversation: z.uuid("is the id of a conversation").nullish(),
  vega_orchestra: z
    .object({ angles: z.boolean().optional(), mode: orchestraModeSchema.optional() })
    .nullish(),
  vega_memory: z
    .union([z.boolean(), z.object({ namespaces: z.array(namespaceSchema).min(1).max(16) })])
    .nullish(),
});

/** Throws VegaError `invalid` with the place of each fault. */
export function readRequest(bodyJson: string): TurnRequest {
  let value: unknown;
  try {
    value = JSON.parse(bodyJson);
  } catch (cause) {
    throw new VegaError("invalid", "the body is no JSON", [], cause);
  }
  const result = bodySchema.safeParse(value);
  if (!result.success) {
    const details = result.error.issues.map(({ path, message }) => ({
      path: path.map(String).join("."),
      message,
    }));
    const [first] = details;
    throw new VegaError("invalid", `${first?.path || "the body"}: ${first?.message}`, details);
  }
  const { model, messages, stream, fallbacks, ...rest } = result.data;
  const { vega_conversation, vega_memory, vega_orchestra, ...options } = rest;
  return {
    model: model ?? undefined,
    fallbacks: fallbacks ?? [],
    messages: messages as unknown as JsonObject[],
    options: options as JsonObject,
    stream: stream ?? false,
    orchestra: vega_orchestra ?? undefined,
    conversation: vega_conversation ?? undefined,
    memory: vega_memory === true ? ["default"] : vega_memory ? vega_memory.namespaces : [],
  };
}

/** A message as it is stored. Of its members those stay that a conversation is made of. */
export function toStored(message: JsonObject): NewMessage {
  const { role, content, tool_calls, tool_call_id } = message as z.infer<typeof messageSchema>;
  return {
    role: role === "developer" ? "system" : role,
    content: Array.isArray(content) ? content.map(withoutBulk) : (content ?? null),
    // Some clients write an empty list, which providers refuse.
    ...(tool_calls && tool_calls.length > 0 && { tool_calls }),
    ...(tool_call_id && { tool_call_id }),
  };
}

/** Whether no part of a message is too large to be kept. */
export const isKeptWhole = ({ content }: JsonObject): boolean =>
  !Array.isArray(content) ||
  content.every((part) => withoutBulk(part as JsonObject) === (part as JsonObject));

/** A stored message as models take it. */
export const fromStored = ({
  role,
  content,
  tool_calls,
  tool_call_id,
}: NewMessage): JsonObject => ({
  role,
  content,
  ...(tool_calls && { tool_calls }),
  ...(tool_call_id && { tool_call_id }),
});

/** Characters of a data URL from which on it is not kept: a conversation is no place for files. */
const BULK = 64 * 1024;

function withoutBulk(part: JsonObject): JsonObject {
  const bulky = Object.values(part).find((value) => {
    const url = typeof value === "object" && value !== null ? Object.values(value) : [value];
    return url.some((text) => typeof text === "string" && text.length > BULK);
  });
  if (bulky === undefined || part.type === "text") return part;
  const kilobytes = Math.round(JSON.stringify(bulky).length / 1_000);
  return {
    type: "text",
    text: `[${typeof part.type === "string" ? part.type : "a part"} of ${kilobytes} kB: shown once, not kept]`,
  };
}
