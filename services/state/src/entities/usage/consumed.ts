import type { Message, Reservation, UsageTotals } from "@vega/contracts";
import { textOf } from "@vega/contracts";
import { NOTHING_USED, usd } from "./totals.ts";

/** UTF-8 bytes of a token of text, about: OpenAI says four characters of English. */
const BYTES_PER_TOKEN = 4;
const MILLION = 1_000_000;

/** What is looked at of an answer that has ended. */
export type Ended = Pick<
  Message,
  "status" | "usage" | "cost_usd" | "content" | "tool_calls" | "attempts"
>;

/**
 * What an answer that has ended took. Where the provider told nothing, since it was cut off, its tokens are estimated:
 * those of the prompt as they were when it began, and a token for four bytes of the text that was kept.
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
  const bytes = bytesSaid(message);
  if (bytes === 0 && !wasAsked(message)) return counted;
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

function bytesSaid({ content, tool_calls }: Ended): number {
  const calls = tool_calls && tool_calls.length > 0 ? JSON.stringify(tool_calls) : "";
  return Buffer.byteLength(textOf(content)) + Buffer.byteLength(calls);
}

/** Whether some provider may have read the prompt, of an answer that says nothing. A refusal is not charged for. */
function wasAsked({ status, attempts }: Ended): boolean {
  if (status === "failed") return false;
  return attempts.length === 0 || attempts.some(({ outcome }) => outcome === "cancelled");
}
