import type { AgentRun, JsonObject } from "@vega/contracts";
import { createMessageAccumulator, MAX_RUN_TEXT } from "@vega/contracts";
import type { Target } from "../failover/target.ts";
import type { CompletionEvent } from "../failover/complete.ts";
import type { ChatRequest, Usage } from "../models/language-model.ts";
import type { Models } from "../models/models.ts";
import { LOCAL } from "../providers/kinds.ts";
import { noSuchModel } from "../models/resolve.ts";
import type { DisabledModules } from "../chat/disabled-modules.ts";
import { withoutPlaybox } from "../chat/disabled-modules.ts";
import { guardHistory } from "../guard/guard.ts";
import type { TokenBudget } from "./token-budget.ts";
import { estimateTokens } from "./token-budget.ts";

/** Usage and cost of one run, in the stored form. */
export type Spent = Pick<AgentRun, "provider" | "model" | "usage" | "cost_usd">;

/** The models for one run. */
export interface ModelClient {
  /** Whether the chain has a language model besides the built-in analyst. */
  isAvailable(): boolean;
  /** The text of a completion. Throws ModelError and VegaError. */
  complete(messages: readonly JsonObject[]): Promise<string>;
  spent(): Spent;
}

const sum = (before: number | null | undefined, more: number): number => (before ?? 0) + more;

/** Completes a request within the budgets. */
export type CompleteWithBudget = (
  request: ChatRequest,
  chain: readonly Target[],
) => AsyncIterable<CompletionEvent>;

/**
 * @param name of the model; null: the preferred one
 * @param disabled modules gate agents as they gate users
 */
export function createModelClient(
  models: Pick<Models, "cost" | "preferred" | "resolve">,
  name: string | null,
  tokenBudget: TokenBudget,
  complete: CompleteWithBudget,
  disabled: DisabledModules,
): ModelClient {
  let spent: Spent = { provider: null, model: null, usage: null, cost_usd: null };
  const chainOf = () => {
    const resolved = models.resolve(name ?? models.preferred());
    if (!resolved.found) throw noSuchModel(resolved.unknown);
    return resolved.chain;
  };
  const count = (servedBy: { provider: string; model: string }, usage: Usage) => {
    const { prompt_tokens, completion_tokens } = usage;
    tokenBudget.spend(prompt_tokens + completion_tokens);
    const cost = models.cost(servedBy.provider, servedBy.model, usage);
    spent = {
      ...servedBy,
      usage: {
        prompt_tokens: sum(spent.usage?.prompt_tokens, prompt_tokens),
        completion_tokens: sum(spent.usage?.completion_tokens, completion_tokens),
      },
      cost_usd: cost === undefined ? spent.cost_usd : sum(spent.cost_usd, cost),
    };
  };
  return {
    isAvailable: () => chainOf().some(({ provider }) => provider !== LOCAL),
    async complete(prompt) {
      const chain = withoutPlaybox(chainOf(), disabled);
      // Without a user who could remove a secret, it is left out.
      const { messages } = guardHistory(prompt, disabled);
      const max_tokens = tokenBudget.completionTokens(messages);
      let message = createMessageAccumulator();
      const [first] = chain;
      let servedBy = { provider: first?.provider ?? LOCAL, model: first?.model ?? "" };
      let usage: Usage | undefined;
      let isCalled = false;
      const recall = !disabled.has("mind");
      const request = {
        model: "",
        messages,
        options: { max_tokens },
        owner: null,
        recall,
        disabled,
      };
      try {
        for await (const event of complete(request, chain)) {
          isCalled = true;
          if (event.kind === "started") {
            servedBy = { provider: event.provider, model: event.model };
          } else if (event.kind === "restart") message = createMessageAccumulator();
          else if (event.kind === "delta") message.add(event.delta);
          else if (event.kind === "usage") ({ usage } = event);
        }
      } finally {
        // Interrupted calls used tokens; calls refused by a budget did not.
        if (isCalled) count(servedBy, usage ?? estimateUsage(messages, message.text()));
      }
      return message.text().slice(0, MAX_RUN_TEXT).toWellFormed().trim();
    },
    spent: () => spent,
  };
}

function estimateUsage(messages: readonly JsonObject[], content: string): Usage {
  const prompt_tokens = estimateTokens(messages);
  const completion_tokens = content === "" ? 0 : estimateTokens([{ content }]);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
