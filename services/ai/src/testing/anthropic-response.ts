import type { JsonObject } from "@vega/contracts";
import type { ScriptedResponse } from "./openai-response.ts";
import { wordsOf } from "./openai-response.ts";

const frame = (data: JsonObject & { type: string }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

/** In the form of api.anthropic.com. */
export function anthropicResponse(model: string, text: string, prompt: string): ScriptedResponse {
  const words = wordsOf(text);
  const message = {
    id: "msg_fault0001",
    type: "message",
    role: "assistant",
    model,
    content: [],
    stop_reason: null,
    usage: { input_tokens: wordsOf(prompt).length, output_tokens: 1 },
  };
  return {
    head: 3,
    tail: 3,
    frames: [
      frame({ type: "message_start", message }),
      frame({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
      frame({ type: "ping" }),
      ...words.map((word) =>
        frame({
          type: "content_block_delta",
          index: 0,
          delta: { type: "text_delta", text: word },
        }),
      ),
      frame({ type: "content_block_stop", index: 0 }),
      frame({
        type: "message_delta",
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: { output_tokens: words.length },
      }),
      frame({ type: "message_stop" }),
    ],
  };
}
