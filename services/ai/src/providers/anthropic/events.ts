import type { JsonObject } from "@vega/contracts";
import type { ModelEvent } from "../../models/language-model.ts";
import { ModelFault } from "../../models/language-model.ts";
import { faultInStream } from "../faults.ts";
import { isObject, malformed } from "../json.ts";

/*
 * Anthropic's stream, said as OpenAI does. Events of unknown types are passed over, as the protocol asks.
 * Source: https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */

const FINISH: Readonly<Record<string, string>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  pause_turn: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  refusal: "content_filter",
};

/** Takes one event after the other. Throws ModelFault for `error` and for what is malformed. */
export interface AnthropicReader {
  take(event: JsonObject): ModelEvent[];
  /** What is known at the end; throws ModelFault `broken_stream` where the answer had none. */
  end(): ModelEvent[];
}

const delta = (value: JsonObject): ModelEvent[] => [{ kind: "delta", delta: value }];

const argument = (index: number, text: string): ModelEvent[] =>
  delta({ tool_calls: [{ index, function: { arguments: text } }] });

export function createAnthropicReader(): AnthropicReader {
  /** Counts of tokens; each event brings those it knows, the last one counts. */
  const counts: Record<string, number> = {};
  /** By index of the block: which call of a tool it is, and whether its arguments have begun. */
  const calls = new Map<unknown, { readonly index: number; begun: boolean }>();
  const others = new Set<unknown>();
  let finished = false;

  const count = (usage: unknown) => {
    if (!isObject(usage)) return;
    for (const [key, value] of Object.entries(usage)) {
      if (typeof value === "number") counts[key] = value;
    }
  };
  const beginBlock = ({ index: block, content_block: content }: JsonObject): ModelEvent[] => {
    if (!isObject(content)) throw malformed();
    if (content.type === "text" && typeof content.text === "string" && content.text !== "") {
      return delta({ content: content.text });
    }
    if (content.type !== "tool_use") {
      others.add(block);
      return [];
    }
    const index = calls.size;
    calls.set(block, { index, begun: false });
    const { id = "", name = "" } = content;
    const call = { index, id, type: "function", function: { name, arguments: "" } };
    return delta({ tool_calls: [call] });
  };

  const goOn = ({ index: block, delta: piece }: JsonObject): ModelEvent[] => {
    if (!isObject(piece)) throw malformed();
    if (piece.type === "text_delta") return delta({ content: piece.text ?? "" });
    if (piece.type === "thinking_delta") return delta({ reasoning_content: piece.thinking ?? "" });
    if (piece.type !== "input_json_delta") return [];
    // What the provider does with tools of its own is no business of the caller's.
    if (others.has(block)) return [];
    const call = calls.get(block);
    if (!call || typeof piece.partial_json !== "string") throw malformed();
    if (piece.partial_json === "") return [];
    call.begun = true;
    return argument(call.index, piece.partial_json);
  };

  /** A tool without arguments is called with an empty object, not with nothing. */
  const endBlock = ({ index: block }: JsonObject): ModelEvent[] => {
    const call = calls.get(block);
    return call && !call.begun ? argument(call.index, "{}") : [];
  };

  return {
    take(event) {
      switch (event.type) {
        case "message_start":
          if (!isObject(event.message)) throw malformed();
          count(event.message.usage);
          return delta({ role: "assistant", content: "" });
        case "content_block_start":
          return beginBlock(event);
        case "content_block_delta":
          return goOn(event);
        case "content_block_stop":
          return endBlock(event);
        case "message_delta": {
          count(event.usage);
          const reason = isObject(event.delta) ? event.delta.stop_reason : undefined;
          if (typeof reason !== "string" || finished) return [];
          finished = true;
          return [{ kind: "finish", reason: FINISH[reason] ?? "stop" }];
        }
        case "error":
          throw faultInStream(event);
        default:
          if (typeof event.type !== "string") throw malformed();
          return [];
      }
    },
    end() {
      if (!finished)
        throw new ModelFault("broken_stream", "the stream ended before the answer did");
      const cached_tokens = counts.cache_read_input_tokens ?? 0;
      const prompt_tokens =
        (counts.input_tokens ?? 0) + cached_tokens + (counts.cache_creation_input_tokens ?? 0);
      const completion_tokens = counts.output_tokens ?? 0;
      const usage = {
        prompt_tokens,
        completion_tokens,
        total_tokens: prompt_tokens + completion_tokens,
        ...(cached_tokens > 0 && { prompt_tokens_details: { cached_tokens } }),
      };
      return [{ kind: "usage", usage }];
    },
  };
}
