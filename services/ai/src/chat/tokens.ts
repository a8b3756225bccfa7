import type { JsonObject } from "@vega/contracts";

/*
 * How much of a model's window messages take. Counted with o200k_base, OpenAI's; other providers' tokens are about as
 * long, and the answer's room makes up for the difference.
 */

/** What surrounds a message, as OpenAI counts it for its own: https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken */
const PER_MESSAGE = 4;
/** About what providers charge for a picture of middling size. */
const PER_IMAGE = 1_000;

export type CountTokens = (message: JsonObject) => number;

/** What a message says as one text, and how many of its parts are none. */
function saidIn({ content, tool_calls }: JsonObject): { text: string; others: number } {
  const calls = tool_calls ? JSON.stringify(tool_calls) : "";
  if (typeof content === "string") return { text: content + calls, others: 0 };
  if (!Array.isArray(content)) return { text: calls, others: 0 };
  const texts = content.map((part) => (part as JsonObject | null)?.text);
  const said = texts.filter((text) => typeof text === "string");
  return { text: said.join("\n") + calls, others: texts.length - said.length };
}

/** No text has more tokens than bytes; mostly it is enough to know that. */
export function atMostTokens(message: JsonObject): number {
  const { text, others } = saidIn(message);
  return Buffer.byteLength(text) + others * PER_IMAGE + PER_MESSAGE;
}

/**
 * Long words cost the square of their length to count: 100,000 letters without a break a minute. Cut, they cost no more
 * than others, and some 1 % are counted too many.
 */
const PIECE = /[^]{1,256}/gu;

/** Loads the table of tokens, which takes some 60 MB, only when something has to be counted. */
export async function loadTokenCounter(): Promise<CountTokens> {
  const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
  return (message) => {
    const { text, others } = saidIn(message);
    let tokens = others * PER_IMAGE + PER_MESSAGE;
    for (const [piece] of text.matchAll(PIECE)) {
      tokens += countTokens(piece, { allowedSpecial: "all" });
    }
    return tokens;
  };
}
