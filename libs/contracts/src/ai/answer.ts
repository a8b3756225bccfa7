import type { Json, JsonObject } from "../json.ts";

/** An answer put together from the deltas of chat.completion.chunks. */
export interface Answer {
  /** Takes one delta of the first choice in. */
  add(delta: JsonObject): void;
  /** All of the text so far. */
  text(): string;
  /** In the order of their index; empty where there are none. */
  toolCalls(): JsonObject[];
  /** As the message of a chat.completion: what models say beside text and calls stays in it, such as reasoning. */
  message(): JsonObject;
}

interface Call {
  readonly known: JsonObject;
  name: string;
  arguments: string;
}

/** Source: https://platform.openai.com/docs/api-reference/chat-streaming */
export function createAnswer(): Answer {
  let text = "";
  const calls = new Map<number, Call>();
  const others = new Map<string, Json>();

  const addCall = ({ index, function: part, ...known }: JsonObject) => {
    const at = typeof index === "number" ? index : calls.size;
    const call = calls.get(at) ?? { known: {}, name: "", arguments: "" };
    calls.set(at, call);
    for (const [key, value] of Object.entries(known)) if (value) call.known[key] = value;
    const { name, arguments: more } = (part ?? {}) as { name?: string; arguments?: string };
    // A name comes whole; some repeat it with every piece.
    if (name) call.name = name;
    if (more) call.arguments += more;
  };

  const addOther = (key: string, value: Json) => {
    const known = others.get(key);
    if (typeof value === "string" && typeof known === "string") others.set(key, known + value);
    else if (Array.isArray(value) && Array.isArray(known)) others.set(key, [...known, ...value]);
    else if (value !== null || known === undefined) others.set(key, value);
  };

  const toolCalls = (): JsonObject[] =>
    [...calls]
      .toSorted(([a], [b]) => a - b)
      .map(([, { known, name, arguments: args }]) =>
        Object.assign({ type: "function" }, known, { function: { name, arguments: args } }),
      );

  return {
    add(delta) {
      for (const [key, value] of Object.entries(delta)) {
        if (key === "role") continue;
        else if (key === "content") text += typeof value === "string" ? value : "";
        else if (key === "tool_calls" && Array.isArray(value)) {
          for (const call of value)
            if (typeof call === "object" && call) addCall(call as JsonObject);
        } else addOther(key, value);
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
