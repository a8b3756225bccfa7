import type { JsonObject, NewMessage } from "@vega/contracts";
import { jsonObjectSchema, namespaceSchema, orchestraModeSchema, VegaError } from "@vega/contracts";
import { z } from "zod";
import { isInline, notedPart, partsOf, storedPart } from "./part-blobs.ts";
import { isLibraryPart, libraryPartSchema } from "../library/parts.ts";
import type { ChatRequest } from "../models/language-model.ts";

/** A parsed body of POST /v1/chat/completions: OpenAI's members and VEGA's own. */
export interface TurnRequest {
  /** Undefined: the preferred model. */
  readonly model: string | undefined;
  /** Names of the models to call after it. */
  readonly fallbacks: readonly string[];
  readonly messages: readonly JsonObject[];
  /** Forwarded to the provider unchanged. */
  readonly options: JsonObject;
  /** Whether deltas are sent while they arrive. */
  readonly stream: boolean;
  /** The conversation to continue; undefined: a new one. */
  readonly conversation: string | undefined;
  /** Memory namespaces whose relevant entries are added to the prompt. */
  readonly memory: readonly string[];
  /** Whether the turn goes on when the connection to the caller is lost. */
  readonly background: boolean;
  /** Overrides of an ensemble's configuration. */
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
  .superRefine(({ content }, context) => {
    if (!Array.isArray(content)) return;
    content.forEach((part, at) => {
      const found = isLibraryPart(part) ? libraryPartSchema.safeParse(part).error : undefined;
      for (const { path, message } of found?.issues ?? [])
        context.addIssue({ code: "custom", path: ["content", at, ...path], message });
    });
  })
  .refine(
    ({ role, content }) => role === "assistant" || (content !== undefined && content !== null),
    "is missing; only assistant messages may have none",
  );

const bodySchema = z.looseObject({
  model: modelName.nullish(),
  messages: z.array(messageSchema).min(1).max(1_000),
  stream: z.boolean().nullish(),
  n: z.literal(1, "only one choice is supported").nullish(),
  fallbacks: z.array(modelName).max(16).nullish(),
  vega_background: z.boolean().nullish(),
  vega_conversation: z.uuid("must be the id of a conversation").nullish(),
  vega_orchestra: z
    .object({ angles: z.boolean().optional(), mode: orchestraModeSchema.optional() })
    .nullish(),
  vega_memory: z
    .union([z.boolean(), z.object({ namespaces: z.array(namespaceSchema).min(1).max(16) })])
    .nullish(),
});

/** Throws VegaError `invalid` with the path of each issue. */
export function readRequest(bodyJson: string): TurnRequest {
  let value: unknown;
  try {
    value = JSON.parse(bodyJson);
  } catch (cause) {
    throw new VegaError("invalid", "the body is not valid JSON", [], cause);
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
  const { vega_background, vega_conversation, vega_memory, vega_orchestra, ...options } = rest;
  return {
    model: model ?? undefined,
    fallbacks: fallbacks ?? [],
    messages: messages as unknown as JsonObject[],
    options: options as JsonObject,
    stream: stream ?? false,
    background: vega_background ?? false,
    orchestra: vega_orchestra ?? undefined,
    conversation: vega_conversation ?? undefined,
    memory: vega_memory === true ? ["default"] : vega_memory ? vega_memory.namespaces : [],
  };
}

/** The stored form of a message: unknown members are dropped. */
export function toStored(message: JsonObject): NewMessage {
  const { role, content, tool_calls, tool_call_id } = message as z.infer<typeof messageSchema>;
  return {
    role: role === "developer" ? "system" : role,
    content: Array.isArray(content) ? content.map(storedPart) : (content ?? null),
    // Some clients send an empty list, which providers refuse.
    ...(tool_calls && tool_calls.length > 0 && { tool_calls }),
    ...(tool_call_id && { tool_call_id }),
  };
}

/** A message as versions before stored files stored it; undefined where that is the same. */
export const toNoted = (message: JsonObject): JsonObject | undefined =>
  isStoredInline(message)
    ? undefined
    : { ...message, content: partsOf([message]).map((part) => notedPart(part)) };

/** Whether a message is stored without blobs. */
export const isStoredInline = (message: JsonObject): boolean => partsOf([message]).every(isInline);

/** A stored message in the form for models. */
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
