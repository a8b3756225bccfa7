import type { JsonObject } from "@vega/contracts";
import type { ModelEvent } from "../../models/language-model.ts";
import { ModelError } from "../../models/language-model.ts";
import { errorInStream } from "../errors.ts";
import { isObject, malformed, parseObject } from "../json.ts";
import type { ResponseReader } from "../stream.ts";

/*
 * Translates Anthropic's stream to OpenAI's events. Events of unknown types are ignored, as the protocol demands.
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

const delta = (value: JsonObject): ModelEvent[] => [{ kind: "delta", delta: value }];

const argument = (index: number, text: string): ModelEvent[] =>
  delta({ tool_calls: [{ index, function: { arguments: text } }] });

export function createAnthropicReader(): ResponseReader {
  /** Token counts; later events overwrite earlier ones. */
  const counts: Record<string, number> = {};
  /** Tool calls by the index of their block. */
  const calls = new Map<unknown, { readonly index: number; hasArguments: boolean }>();
  const others = new Set<unknown>();
  let finished = false;
  let done = false;

  const count = (usage: unknown) => {
    if (!isObject(usage)) return;
    for (const [key, value] of Object.entries(usage)) {
      if (typeof value === "number") counts[key] = value;
    }
  };
  const startBlock = ({ index: block, content_block: content }: JsonObject): ModelEvent[] => {
    if (!isObject(content)) throw malformed();
    if (content.type === "text" && typeof content.text === "string" && content.text !== "") {
      return delta({ content: content.text });
    }
    if (content.type !== "tool_use") {
      others.add(block);
      return [];
    }
    const index = calls.size;
    calls.set(block, { index, hasArguments: false });
    const { id = "", name = "" } = content;
    const call = { index, id, type: "function", function: { name, arguments: "" } };
    return delta({ tool_calls: [call] });
  };

  const continueBlock = ({ index: block, delta: piece }: JsonObject): ModelEvent[] => {
    if (!isObject(piece)) throw malformed();
    if (piece.type === "text_delta") return delta({ content: piece.text ?? "" });
    if (piece.type === "thinking_delta") return delta({ reasoning_content: piece.thinking ?? "" });
    if (piece.type !== "input_json_delta") return [];
    // Calls of the provider's own tools are not forwarded.
    if (others.has(block)) return [];
    const call = calls.get(block);
    if (!call || typeof piece.partial_json !== "string") throw malformed();
    if (piece.partial_json === "") return [];
    call.hasArguments = true;
    return argument(call.index, piece.partial_json);
  };

  /** A call without arguments gets an empty object: clients parse the arguments as JSON. */
  const endBlock = ({ index: block }: JsonObject): ModelEvent[] => {
    const call = calls.get(block);
    return call && !call.hasArguments ? argument(call.index, "{}") : [];
  };

  return {
    isDone: () => done,
    take({ data }) {
      const event = parseObject(data);
      switch (event.type) {
        case "message_start":
          if (!isObject(event.message)) throw malformed();
          count(event.message.usage);
          return delta({ role: "assistant", content: "" });
        case "content_block_start":
          return startBlock(event);
        case "content_block_delta":
          return continueBlock(event);
        case "content_block_stop":
          return endBlock(event);
        case "message_delta": {
          count(event.usage);
          const reason = isObject(event.delta) ? event.delta.stop_reason : undefined;
          if (typeof reason !== "string" || finished) return [];
          finished = true;
          return [{ kind: "finish", reason: FINISH[reason] ?? "stop" }];
        }
        case "message_stop":
          done = true;
          return [];
        case "error":
          throw errorInStream(event);
        default:
          if (typeof event.type !== "string") throw malformed();
          return [];
      }
    },
    whole() {
      throw malformed();
    },
    end() {
      if (!finished)
        throw new ModelError("broken_stream", "the stream ended without a stop reason");
      const cached_tokens = counts.cache_read_input_tokens ?? 0;
      const cache_creation_tokens = counts.cache_creation_input_tokens ?? 0;
      const prompt_tokens = (counts.input_tokens ?? 0) + cached_tokens + cache_creation_tokens;
      const completion_tokens = counts.output_tokens ?? 0;
      const usage = {
        prompt_tokens,
        completion_tokens,
        total_tokens: prompt_tokens + completion_tokens,
        ...(cached_tokens + cache_creation_tokens > 0 && {
          prompt_tokens_details: {
            cached_tokens,
            ...(cache_creation_tokens > 0 && { cache_creation_tokens }),
          },
        }),
      };
      return [{ kind: "usage", usage }];
    },
  };
}
