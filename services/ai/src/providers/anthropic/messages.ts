import type { Json, JsonObject } from "@vega/contracts";
import { ModelError } from "../../models/language-model.ts";
import { isObject } from "../json.ts";

/*
 * Translates messages from OpenAI's format to Anthropic's.
 * Source: https://docs.anthropic.com/en/api/messages
 */

type AnthropicMessage = { role: "user" | "assistant"; content: JsonObject[] };

/** Throws ModelError `invalid` for a message without an equivalent. */
export function translateMessages(messages: readonly JsonObject[]): {
  system: string;
  messages: JsonObject[];
} {
  const system: string[] = [];
  const translated: AnthropicMessage[] = [];
  // Roles must alternate; tool results are user messages.
  const add = (role: AnthropicMessage["role"], blocks: JsonObject[]) => {
    if (blocks.length === 0) return;
    const last = translated.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else translated.push({ role, content: [...blocks] });
  };
  for (const message of messages) {
    const { role, content } = message;
    if (role === "system" || role === "developer") system.push(plainText(content));
    else if (role === "user") add("user", blocksOf(content));
    else if (role === "assistant") add("assistant", [...blocksOf(content), ...callsOf(message)]);
    else if (role === "tool") add("user", [resultOf(message)]);
    else throw unsupported(`a message of the role ${JSON.stringify(role)}`);
  }
  return { system: system.filter(Boolean).join("\n\n"), messages: translated };
}

const unsupported = (what: string) =>
  new ModelError("invalid", `${what} can't be sent to this provider`);

function plainText(content: Json | undefined): string {
  const texts = blocksOf(content).map(({ type, text }) => {
    if (type !== "text" || typeof text !== "string")
      throw unsupported("a system message with a part other than text");
    return text;
  });
  return texts.join("\n");
}

/** Empty texts are refused by the provider. */
const textBlock = (text: Json | undefined): JsonObject[] =>
  typeof text === "string" && text !== "" ? [{ type: "text", text }] : [];

function blocksOf(content: Json | undefined): JsonObject[] {
  if (!Array.isArray(content)) return textBlock(content);
  return content.flatMap((part) => {
    if (!isObject(part)) throw unsupported("a message part that is not an object");
    if (part.type === "text") return textBlock(part.text);
    if (part.type === "refusal") return textBlock(part.refusal);
    if (part.type === "image_url") return [{ type: "image", source: sourceOf(part.image_url) }];
    if (part.type === "file" && isObject(part.file) && typeof part.file.file_data === "string") {
      return [{ type: "document", source: sourceOf(part.file.file_data) }];
    }
    throw unsupported(`a message part of the type ${JSON.stringify(part.type)}`);
  });
}

/** A URL, or the data of a data URL. */
function sourceOf(value: Json | undefined): JsonObject {
  const url = isObject(value) ? value.url : value;
  if (typeof url !== "string") throw unsupported("an image without a URL");
  const data = /^data:([^;,]+);base64,(.*)$/s.exec(url);
  if (!data) return { type: "url", url };
  return { type: "base64", media_type: data[1] ?? "", data: data[2] ?? "" };
}

function callsOf({ tool_calls }: JsonObject): JsonObject[] {
  if (!Array.isArray(tool_calls)) return [];
  return tool_calls.map((call) => {
    const made = isObject(call) && isObject(call.function) ? call.function : undefined;
    if (!made) throw unsupported("a tool call without a function");
    const { id } = call as JsonObject;
    return { type: "tool_use", id: id ?? "", name: made.name ?? "", input: inputOf(made) };
  });
}

function inputOf({ arguments: text }: JsonObject): JsonObject {
  if (text === undefined || text === "") return {};
  try {
    const input: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
    if (isObject(input)) return input;
  } catch {
    // Thrown below.
  }
  throw unsupported("a tool call whose arguments are not a JSON object");
}

function resultOf({ tool_call_id, content }: JsonObject): JsonObject {
  return { type: "tool_result", tool_use_id: tool_call_id ?? "", content: blocksOf(content) };
}
