import type { AgentRun, JsonObject } from "@vega/contracts";
import { createAnswer, MAX_RUN_TEXT } from "@vega/contracts";
import type { Target } from "../failover/target.ts";
import type { AnswerEvent } from "../failover/failover.ts";
import type { ChatRequest, Usage } from "../models/language-model.ts";
import type { Models } from "../models/models.ts";
import { LOCAL } from "../providers/kinds.ts";
import { noSuchModel } from "../models/resolve.ts";
import type { Off } from "../chat/disabled-modules.ts";
import { withoutPlaybox } from "../chat/disabled-modules.ts";
import { screenKnown } from "../guard/guard.ts";
import type { Allowance } from "./allowance.ts";
import { estimateTokens } from "./allowance.ts";

/** What the calls of one run came to, as it is stored. */
export type Spent = Pick<AgentRun, "provider" | "model" | "usage" | "cost_usd">;

/** The models as one run may use them. */
export interface Asker {
  /** Whether there is a model to ask that is one: not what VEGA knows itself. */
  isThere(): boolean;
  /** The whole text of an answer. Throws ModelFault and VegaError. */
  ask(messages: readonly JsonObject[]): Promise<string>;
  spent(): Spent;
}

const sum = (before: number | null | undefined, more: number): number => (before ?? 0) + more;

/** Asks the models of a chain, as far as the budgets allow it. */
export type Answering = (
  request: ChatRequest,
  chain: readonly Target[],
) => AsyncIterable<AnswerEvent>;

/**
 * @param name the model's, or null for the one that is asked where none is named
 * @param off modules: what they gate holds for agents as for people
 */
export function createAsker(
  models: Pick<Models, "cost" | "preferred" | "resolve">,
  name: string | null,
  allowance: Allowance,
  answerOf: Answering,
  off: Off,
): Asker {
  let spent: Spent = { provider: null, model: null, usage: null, cost_usd: null };
  const chainOf = () => {
    const resolved = models.resolve(name ?? models.preferred());
    if (!resolved.found) throw noSuchModel(resolved.unknown);
    return resolved.chain;
  };
  const count = (speaker: { provider: string; model: string }, usage: Usage) => {
    const { prompt_tokens, completion_tokens } = usage;
    allowance.used(prompt_tokens + completion_tokens);
    const cost = models.cost(speaker.provider, speaker.model, usage);
    spent = {
      ...speaker,
      usage: {
        prompt_tokens: sum(spent.usage?.prompt_tokens, prompt_tokens),
        completion_tokens: sum(spent.usage?.completion_tokens, completion_tokens),
      },
      cost_usd: cost === undefined ? spent.cost_usd : sum(spent.cost_usd, cost),
    };
  };
  return {
    isThere: () => chainOf().some(({ provider }) => provider !== LOCAL),
    async ask(wanted) {
      const chain = withoutPlaybox(chainOf(), off);
      // Nobody is there to take a secret out, so it is left out.
      const { messages } = screenKnown(wanted, off);
      const max_tokens = allowance.forAnswer(messages);
      const answer = createAnswer();
      const [first] = chain;
      let speaker = { provider: first?.provider ?? LOCAL, model: first?.model ?? "" };
      let usage: Usage | undefined;
      let asked = false;
      const recall = !off.has("mind");
      const request = { model: "", messages, options: { max_tokens }, owner: null, recall, off };
      try {
        for await (const event of answerOf(request, chain)) {
          asked = true;
          if (event.kind === "started") {
            speaker = { provider: event.provider, model: event.model };
          } else if (event.kind === "delta") answer.add(event.delta);
          else if (event.kind === "usage") ({ usage } = event);
        }
      } finally {
        // Who breaks off or tells nothing has used tokens all the same; what a budget refused has not.
        if (asked) count(speaker, usage ?? guess(messages, answer.text()));
      }
      return answer.text().slice(0, MAX_RUN_TEXT).toWellFormed().trim();
    },
    spent: () => spent,
  };
}

function guess(messages: readonly JsonObject[], content: string): Usage {
  const prompt_tokens = estimateTokens(messages);
  const completion_tokens = content === "" ? 0 : estimateTokens([{ content }]);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
