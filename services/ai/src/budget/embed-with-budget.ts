import type { Charge, Json, JsonObject } from "@vega/contracts";
import type { Target } from "../failover/target.ts";
import { targetKey } from "../failover/target.ts";
import type { EmbeddingResult, Usage } from "../models/language-model.ts";
import type { Models } from "../models/models.ts";
import { chargeOf } from "./charge.ts";
import type { Storage } from "../chat/storage.ts";

/** Estimated UTF-8 bytes per token of English text. */
const BYTES_PER_TOKEN = 4;

/** Upper bound of an input's tokens: a text has at most as many as bytes; an input may also be an array of tokens. */
function atMostTokens(input: Json | undefined): number {
  if (typeof input === "string") return Buffer.byteLength(input);
  if (typeof input === "number") return 1;
  return Array.isArray(input) ? input.reduce<number>((sum, one) => sum + atMostTokens(one), 0) : 0;
}

/** Embeddings within the budgets. Throws as `models.embed`, and VegaError `budget_exceeded`. */
export async function embedWithBudget(
  body: JsonObject,
  caller: { readonly owner: string | null; readonly key_id: string | null } | undefined,
  models: Pick<Models, "resolve" | "embed" | "cost">,
  storage: Pick<Storage, "hold" | "settle">,
  trace?: string,
): Promise<EmbeddingResult> {
  const { owner = null, key_id = null } = caller ?? {};
  const resolved = models.resolve(typeof body["model"] === "string" ? body["model"] : "");
  const tokens = atMostTokens(body["input"]);
  const charge: Charge = {
    ...chargeOf(
      {
        chain: resolved.found ? resolved.chain : [],
        messages: [{}],
        options: {},
        cost: models.cost,
        completion: 0,
      },
      () => tokens,
    ),
    key_id,
    prompt_tokens: Math.ceil(tokens / BYTES_PER_TOKEN),
  };
  const hold = await storage.hold(owner, charge);
  const settle = (outcome: Parameters<Storage["settle"]>[2]) =>
    // A hold that can't be settled now is charged when it expires.
    storage.settle(owner, hold, outcome, true).catch(() => undefined);
  let by: Target | undefined;
  let result: EmbeddingResult;
  try {
    result = await models.embed(body, (target) => (by = target), trace);
  } catch (error) {
    await settle({ status: "failed" });
    throw error;
  }
  const usage = usageIn(result.body);
  await settle({
    status: "complete",
    ...(by && { model: targetKey(by) }),
    usage: usage && { prompt_tokens: usage.prompt_tokens, completion_tokens: 0 },
    cost_usd: (usage && by && models.cost(by.provider, by.model, usage)) ?? null,
  });
  return result;
}

function usageIn({ usage }: JsonObject): Usage | null {
  const tokens = (usage as JsonObject | undefined)?.["prompt_tokens"];
  if (typeof tokens !== "number" || !Number.isSafeInteger(tokens) || tokens < 0) return null;
  return { prompt_tokens: tokens, completion_tokens: 0, total_tokens: tokens };
}
