import type { Charge, JsonObject } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import { expect, test } from "vitest";
import { chargeOf, reserveWithinBudget } from "./charge.ts";
import type { ChargedRequest } from "./charge.ts";

/** USD per million tokens. */
const PRICES: Record<string, readonly [number, number]> = { cheap: [1, 2], dear: [10, 30] };
const cost: ChargedRequest["cost"] = (_provider, model, { prompt_tokens, completion_tokens }) => {
  const price = PRICES[model];
  return price && (prompt_tokens * price[0] + completion_tokens * price[1]) / 1e6;
};
const target = (model: string, contextWindow?: number) => ({
  provider: "p",
  model,
  ...(contextWindow !== undefined && { contextWindow }),
});
const request = (more: Partial<ChargedRequest> = {}): ChargedRequest => ({
  chain: [target("cheap", 10_000)],
  messages: [{ role: "user", content: "why?" }],
  options: { max_tokens: 90 },
  cost,
  ...more,
});
const ten = () => 10;

test("the charge is the prompt and the maximum completion, by the price table", () => {
  expect(chargeOf(request(), ten)).toMatchObject({
    max_tokens: 100,
    max_cost_usd: 0.00019,
    price: { input: 1, output: 2 },
  });
  expect(chargeOf(request({ options: { max_completion_tokens: 5 } }), ten).max_tokens).toBe(15);
});

test("without a maximum the charge is the context window", () => {
  const unasked: JsonObject[] = [{}, { max_tokens: null }, { max_tokens: -1 }];
  for (const options of unasked) {
    expect(chargeOf(request({ options }), ten).max_tokens).toBe(10_000);
  }
  const unknown = request({ options: {}, chain: [target("cheap")] });
  expect(chargeOf(unknown, ten).max_tokens).toBe(32_768);
});

test("the most expensive model of a chain counts; models without a price count by tokens", () => {
  const chain = [target("cheap"), target("dear"), target("unpriced")];
  expect(chargeOf(request({ chain }), ten)).toMatchObject({
    max_tokens: 100,
    max_cost_usd: 0.0028,
    price: { input: 10, output: 30 },
  });
  const unpriced = chargeOf(request({ chain: [target("unpriced")] }), ten);
  expect(unpriced).toMatchObject({ max_tokens: 100, max_cost_usd: null, price: null });
});

test("tools and formats are part of the prompt", () => {
  const tools = [{ type: "function" }];
  const options = { max_tokens: 90, tools };
  expect(chargeOf(request({ options }), ten).max_tokens).toBe(100 + JSON.stringify(tools).length);
});

/** A token budget that records the charges. */
function budget(tokens: number) {
  const asked: Charge[] = [];
  const start = async (charge: Charge) => {
    asked.push(charge);
    if (charge.max_tokens > tokens) throw new VegaError("budget_exceeded", "too much");
    return "started";
  };
  return { asked, start };
}

test("tokens of a prompt are counted once, and only if its bytes exceed the budget", async () => {
  const messages = [{ role: "user", content: "internationalization ".repeat(50) }];
  const [roomy, tight, none] = [budget(5_000), budget(500), budget(10)];
  expect(await reserveWithinBudget(roomy.start, request({ messages }))).toBe("started");
  expect(roomy.asked).toHaveLength(1);
  expect(await reserveWithinBudget(tight.start, request({ messages }))).toBe("started");
  expect(tight.asked).toHaveLength(2);
  await expect(reserveWithinBudget(none.start, request({ messages }))).rejects.toMatchObject({
    code: "budget_exceeded",
  });
  expect(none.asked).toHaveLength(2);
  // The stored estimate is not an upper bound.
  expect(roomy.asked[0]?.prompt_tokens).toBeLessThan(500);
});

test("only budget_exceeded causes a second try", async () => {
  let tries = 0;
  const start = async () => {
    tries += 1;
    throw new VegaError("conflict", "no");
  };
  await expect(reserveWithinBudget(start, request())).rejects.toMatchObject({ code: "conflict" });
  expect(tries).toBe(1);
});
