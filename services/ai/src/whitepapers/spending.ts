import type { GenerationProgress, JsonObject } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import { withBudget } from "../budget/with-budget.ts";
import { createAccumulator } from "../chat/accumulator.ts";
import type { DisabledModules } from "../chat/disabled-modules.ts";
import type { Storage } from "../chat/storage.ts";
import type { Target } from "../failover/target.ts";
import type { Models } from "../models/models.ts";
import type { Complete } from "./write-paper.ts";

/** Usage and cost of all calls for one paper. */
export type Spent = Pick<GenerationProgress, "provider" | "served_by" | "usage" | "cost_usd">;

export interface Spending {
  readonly complete: Complete;
  readonly spent: () => Spent;
}

export interface SpendingOptions {
  readonly models: Pick<Models, "complete" | "cost">;
  readonly chain: readonly Target[];
  readonly storage: Pick<Storage, "hold" | "settle">;
  /** Whose budgets are charged. */
  readonly owner: string | null;
  readonly keyId: string | null;
  readonly disabled: DisabledModules;
  readonly signal: AbortSignal;
}

/** Completions within the budgets of an account, and what they have cost so far. */
export function createSpending(options: SpendingOptions): Spending {
  const { models, chain, storage, owner, keyId, disabled, signal } = options;
  let servedBy: Pick<Spent, "provider" | "served_by"> = { provider: null, served_by: null };
  let usage: Spent["usage"] = { prompt_tokens: 0, completion_tokens: 0 };
  let cost_usd: number | null = null;
  const add = (call: ReturnType<ReturnType<typeof createAccumulator>["outcome"]>) => {
    const { prompt_tokens, completion_tokens } = usage;
    usage = {
      prompt_tokens: prompt_tokens + (call.usage?.prompt_tokens ?? 0),
      completion_tokens: completion_tokens + (call.usage?.completion_tokens ?? 0),
    };
    if (call.cost_usd != null) cost_usd = (cost_usd ?? 0) + call.cost_usd;
  };

  return {
    spent: () => ({ ...servedBy, usage, cost_usd }),
    async complete(messages, maxTokens) {
      const parameters: JsonObject = { max_tokens: maxTokens };
      // The built-in model reports shared memory only: others read the paper.
      const request = {
        model: "",
        messages,
        options: parameters,
        owner: null,
        recall: !disabled.has("mind"),
        disabled,
      };
      const charged = {
        chain,
        messages,
        options: parameters,
        cost: models.cost,
        keyId: keyId ?? undefined,
      };
      const startedAt = performance.now();
      const accumulator = createAccumulator(() => performance.now() - startedAt, models.cost);
      const call = () => models.complete(request, { chain, signal, buffered: true });
      let isComplete = false;
      try {
        for await (const event of withBudget(call, charged, storage, { owner, counts: true })) {
          if (event.kind === "started") {
            servedBy = { provider: event.provider, served_by: event.model };
          }
          accumulator.take(event);
        }
        isComplete = true;
      } finally {
        // A call that was cut off has used tokens all the same.
        add(accumulator.outcome({ how: isComplete ? "complete" : "cancelled" }));
      }
      const text = accumulator.text().toWellFormed().trim();
      if (text === "") throw new VegaError("unavailable", "the model returned no text");
      return text;
    },
  };
}
