import type { JsonObject } from "@vega/contracts";
import { createBreakers } from "../failover/breakers.ts";
import type { CompletionEvent, CompletionOptions } from "../failover/complete.ts";
import { complete } from "../failover/complete.ts";
import type { Limits } from "../failover/limits.ts";
import { DEFAULT_LIMITS } from "../failover/limits.ts";
import type { Target } from "../failover/target.ts";
import { createOpenAiModel } from "../providers/openai-compatible/model.ts";
import { chatRequest, textOf } from "./collect.ts";
import type { Behaviour } from "./fault-provider.ts";
import { startFaultProvider } from "./fault-provider.ts";

/** Limits for tests of timeouts; other tests use long limits, since the machine may be busy. */
export const QUICK: Limits = {
  ...DEFAULT_LIMITS,
  connectMs: 2_000,
  firstTokenMs: 150,
  idleMs: 150,
};
export const SILENT = new Set<Behaviour["kind"]>(["hang", "hang_before_token", "stall"]);

export const now = () => performance.timeOrigin + performance.now();

export const optionsOf = (
  chain: Target[],
  more: Partial<CompletionOptions> = {},
): CompletionOptions => ({
  chain,
  breakers: createBreakers(now),
  signal: new AbortController().signal,
  now,
  random: () => 0,
  ...more,
});

export async function run(chain: Target[], more: Partial<CompletionOptions> = {}) {
  const events: CompletionEvent[] = [];
  let fault: unknown;
  try {
    for await (const event of complete(chatRequest("alias"), optionsOf(chain, more)))
      events.push(event);
  } catch (error) {
    fault = error;
  }
  const attempts = events.flatMap((event) => ("attempt" in event ? [event.attempt] : []));
  const started = events.flatMap((event) => (event.kind === "started" ? [event.model] : []));
  return { events, attempts, started, text: textOf(events), fault };
}

/** A fault provider, and targets with their own model names and behaviours. */
export async function startTargets() {
  const provider = await startFaultProvider();
  const languageModel = createOpenAiModel({ baseUrl: provider.baseUrl, apiKey: undefined });
  let count = 0;
  return {
    provider,
    languageModel,
    target(behaviours: Behaviour[], more: Partial<Target> = {}): Target {
      count += 1;
      const model = `model-${count}`;
      provider.behave(model, ...behaviours);
      const silent = behaviours.some((one) => SILENT.has(one.kind) || "firstMs" in one);
      const limits = silent ? QUICK : DEFAULT_LIMITS;
      return { provider: "wall", model, languageModel, limits, ...more };
    },
    calls: ({ model }: Target) => provider.callsOf(model).length,
  };
}

export const frame = (delta: JsonObject, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;

export const toolCall = (index: number, id: string, name: string, args: string): JsonObject => ({
  index,
  id,
  type: "function",
  function: { name, arguments: args },
});

export const TEXT = "one two three four five";
export const GOOD: Behaviour = { kind: "answer", text: TEXT };
