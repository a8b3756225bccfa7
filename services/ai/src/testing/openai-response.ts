import type { JsonObject } from "@vega/contracts";

/** A response of the fault provider, in either protocol. */
export interface ScriptedResponse {
  readonly frames: readonly string[];
  /** Number of frames before the first word. */
  readonly head: number;
  /** Number of frames after the last word; the last one is the end marker. */
  readonly tail: number;
}

/** "two words" → ["two ", "words"] */
export const wordsOf = (text: string): string[] => text.match(/\S+\s*|^\s+/g) ?? [];

const frame = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;

/** In the form of api.openai.com: role, text in pieces, finish reason, usage, `[DONE]`. */
export function openAiResponse(model: string, text: string, prompt: string): ScriptedResponse {
  const chunk = (delta: JsonObject, finish_reason: string | null = null) =>
    frame({
      id: "chatcmpl-CTfault0001",
      object: "chat.completion.chunk",
      created: 1_763_000_000,
      model,
      service_tier: "default",
      system_fingerprint: "fp_fault",
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      usage: null,
    });
  const words = wordsOf(text);
  const prompt_tokens = wordsOf(prompt).length;
  const usage = {
    prompt_tokens,
    completion_tokens: words.length,
    total_tokens: prompt_tokens + words.length,
  };
  return {
    head: 1,
    tail: 3,
    frames: [
      chunk({ role: "assistant", content: "", refusal: null }),
      ...words.map((content) => chunk({ content })),
      chunk({}, "stop"),
      frame({ id: "chatcmpl-CTfault0001", object: "chat.completion.chunk", choices: [], usage }),
      "data: [DONE]\n\n",
    ],
  };
}
