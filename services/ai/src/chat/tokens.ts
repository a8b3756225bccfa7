import type { JsonObject } from "@vega/contracts";

/*
 * Token counts of messages with OpenAI's o200k_base. Other providers' tokens are about as long; the tokens reserved for
 * the completion cover the difference.
 */

/** Overhead of a message. Source: https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken */
const PER_MESSAGE = 4;
/** Approximate tokens of a picture of medium size. */
const PER_IMAGE = 1_000;

export type CountTokens = (message: JsonObject) => number;

/** The texts of a message, and the number of its other parts. */
function contentOf({ content, tool_calls }: JsonObject): { text: string; others: number } {
  const calls = tool_calls ? JSON.stringify(tool_calls) : "";
  if (typeof content === "string") return { text: content + calls, others: 0 };
  if (!Array.isArray(content)) return { text: calls, others: 0 };
  const texts = content.map((part) => (part as JsonObject | null)?.text);
  const strings = texts.filter((text) => typeof text === "string");
  return { text: strings.join("\n") + calls, others: texts.length - strings.length };
}

/** An upper bound without counting: no text has more tokens than bytes. */
export function atMostTokens(message: JsonObject): number {
  const { text, others } = contentOf(message);
  return Buffer.byteLength(text) + others * PER_IMAGE + PER_MESSAGE;
}

/**
 * Counting takes quadratic time in the length of a word: a minute for 100,000 letters. Splitting makes it linear and
 * counts about 1 % too many.
 */
const PIECE = /[^]{1,256}/gu;

/** Loads the token table lazily: it takes about 60 MB. */
export async function loadTokenCounter(): Promise<CountTokens> {
  const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
  return (message) => {
    const { text, others } = contentOf(message);
    let tokens = others * PER_IMAGE + PER_MESSAGE;
    for (const [piece] of text.matchAll(PIECE)) {
      tokens += countTokens(piece, { allowedSpecial: "all" });
    }
    return tokens;
  };
}
