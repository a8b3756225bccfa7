import type { Json, JsonObject } from "../define/json.ts";

/** A message, accumulated from the deltas of chat.completion.chunks, their tool calls labelled as OpenAI does. */
export interface MessageAccumulator {
  /** Adds one delta of the first choice. */
  add(delta: JsonObject): void;
  /** The text so far. */
  text(): string;
  /** In order of opening. */
  toolCalls(): JsonObject[];
  /** As the message of a chat.completion; members beside text and calls, such as reasoning, are kept. */
  message(): JsonObject;
}

/** Source: https://platform.openai.com/docs/api-reference/chat-streaming */
export function createMessageAccumulator(): MessageAccumulator {
  let text = "";
  const calls = new Map<Json, JsonObject>();
  const others = new Map<string, Json>();

  const addCall = ({ index = null, ...piece }: JsonObject) => {
    const known = calls.get(index) ?? { type: "function" };
    calls.set(index, joined(known, piece) as JsonObject);
  };

  const toolCalls = (): JsonObject[] => [...calls.values()];

  return {
    add(delta) {
      for (const [key, value] of Object.entries(delta)) {
        if (key === "role") continue;
        else if (key === "content") text += typeof value === "string" ? value : "";
        else if (key !== "tool_calls") others.set(key, joined(others.get(key), value));
        else if (Array.isArray(value)) for (const call of value) if (isObject(call)) addCall(call);
      }
    },
    text: () => text,
    toolCalls,
    message() {
      const made = toolCalls();
      return {
        role: "assistant",
        content: text === "" && made.length > 0 ? null : text,
        refusal: null,
        ...Object.fromEntries(others),
        ...(made.length > 0 && { tool_calls: made }),
      };
    },
  };
}

/** Names arrive whole; some providers repeat them with every piece. */
const NAMES = new Set(["id", "type", "name"]);

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Merges two pieces: texts and lists are appended, objects merged by member, other values replaced. */
function joined(known: Json | undefined, more: Json): Json {
  if (known === undefined) return more;
  if (more === null) return known;
  if (typeof known === "string" && typeof more === "string") return known + more;
  if (Array.isArray(known) && Array.isArray(more)) return [...known, ...more];
  if (!isObject(known) || !isObject(more)) return more;
  const whole = new Map(Object.entries(known));
  for (const [key, value] of Object.entries(more)) {
    whole.set(key, NAMES.has(key) ? value : joined(whole.get(key), value));
  }
  return Object.fromEntries(whole);
}
