import type { Message, Reservation, UsageTotals } from "@vega/contracts";
import { textOf } from "@vega/contracts";
import { NOTHING_USED, usd } from "../usage/totals.ts";

/** Approximate UTF-8 bytes of a token: OpenAI's figure is four characters of English text. */
const BYTES_PER_TOKEN = 4;
const MILLION = 1_000_000;

/** The members of an ended message that usage is computed from. */
export type Ended = Pick<
  Message,
  "status" | "usage" | "cost_usd" | "content" | "tool_calls" | "attempts"
>;

/**
 * The usage of an ended message. Without figures of the provider its tokens are estimated: those of the prompt as at its
 * start, and one per four bytes of the stored text.
 */
export function consumedBy(
  message: Ended,
  { prompt_tokens, price }: Pick<Reservation, "prompt_tokens" | "price">,
): UsageTotals {
  const incomplete = message.status === "complete" ? 0 : 1;
  const counted = { ...NOTHING_USED, answers: 1, incomplete };
  if (message.usage) {
    const { usage, cost_usd } = message;
    const anything = usage.prompt_tokens + usage.completion_tokens > 0;
    return {
      ...counted,
      ...usage,
      unpriced: cost_usd === null && anything ? 1 : 0,
      cost_usd: usd(cost_usd ?? 0),
    };
  }
  const bytes = contentBytes(message);
  if (bytes === 0 && !mayHaveReadPrompt(message)) return counted;
  const completion_tokens = Math.ceil(bytes / BYTES_PER_TOKEN);
  const cost = price
    ? (prompt_tokens * price.input + completion_tokens * price.output) / MILLION
    : 0;
  return {
    ...counted,
    estimated: 1,
    unpriced: price ? 0 : 1,
    prompt_tokens,
    completion_tokens,
    cost_usd: usd(cost),
  };
}

function contentBytes({ content, tool_calls }: Ended): number {
  const calls = tool_calls && tool_calls.length > 0 ? JSON.stringify(tool_calls) : "";
  return Buffer.byteLength(textOf(content)) + Buffer.byteLength(calls);
}

/** Whether a provider may have read the prompt of a message without text. A refusal is not charged. */
function mayHaveReadPrompt({ status, attempts }: Ended): boolean {
  if (status === "failed") return false;
  return attempts.length === 0 || attempts.some(({ outcome }) => outcome === "cancelled");
}
