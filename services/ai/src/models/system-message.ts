import type { Json, JsonObject } from "@vega/contracts";

/*
 * Chat templates of many models take one system message, at the beginning, and alternating user and assistant messages.
 * Source: chat templates of Qwen, Gemma and Mistral ("System message must be at the beginning.", "roles must alternate")
 */

/** Newer models of OpenAI use the role `developer`. */
export const isSystemMessage = ({ role }: JsonObject): boolean =>
  role === "system" || role === "developer";

/** Adds texts to the system message at the beginning, or begins with one. */
export function addSystemTexts(
  messages: readonly JsonObject[],
  texts: readonly string[],
): readonly JsonObject[] {
  if (texts.length === 0) return messages;
  const [first, ...rest] = messages;
  if (!first || !isSystemMessage(first)) {
    return [{ role: "system", content: texts.join("\n\n") }, ...messages];
  }
  return [{ ...first, content: [textOf(first), ...texts].join("\n\n") }, ...rest];
}

/** Joins all system messages into one at the beginning. */
export function joinSystemMessages(messages: readonly JsonObject[]): readonly JsonObject[] {
  const [first, ...others] = messages.filter(isSystemMessage);
  if (!first || (others.length === 0 && messages[0] === first)) return messages;
  const rest = messages.filter((message) => !isSystemMessage(message));
  return addSystemTexts([first, ...rest], others.map(textOf));
}

/** Adds a text to a user message at the end, or ends with one. */
export function addUserText(messages: readonly JsonObject[], text: string): readonly JsonObject[] {
  const last = messages.at(-1);
  if (last?.role !== "user") return [...messages, { role: "user", content: text }];
  const content: Json = Array.isArray(last.content)
    ? [...last.content, { type: "text", text }]
    : `${textOf(last)}\n\n${text}`;
  return [...messages.slice(0, -1), { ...last, content }];
}

/** The text of a message with text only. */
function textOf({ content }: JsonObject): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  const texts = content.map((part) => (part as JsonObject | null)?.text);
  return texts.filter((text) => typeof text === "string").join("\n");
}
