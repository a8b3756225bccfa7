import { timeAfter } from "@vega/contracts";
import { expect, test } from "vitest";
import { ADA, conversationsInMemory, outcome, says } from "../conversations/testing.ts";
import { NOW } from "../../log/decision-testing.ts";

/* Days of budgets where clocks differ, or were ahead. */

const TODAY = NOW.slice(0, 10);
const CHARGE = {
  key_id: null,
  agent: null,
  prompt_tokens: 10,
  max_tokens: 100,
  max_cost_usd: null,
  price: null,
};
const took = (prompt_tokens: number, completion_tokens: number) => ({
  usage: { prompt_tokens, completion_tokens },
  cost_usd: null,
});

function world() {
  const conversations = conversationsInMemory();
  const begin = (now = NOW) => conversations.start([says("why?")], 30, now, null, CHARGE);
  return { ...conversations, begin, id: (now?: string) => begin(now).result?.message.id ?? "" };
}

test("at midnight a replica whose clock is a little behind counts to the day that another has begun", () => {
  const { limit, budget, id, finish, begin, day } = world();
  limit("user", ADA, { day: { tokens: 250 } });
  const [next, late] = ["2026-02-01T00:00:05.000Z", "2026-01-31T23:59:50.000Z"];
  const first = id(next);
  const second = id(late);
  expect(budget("user", ADA).day).toMatchObject({ period: "2026-02-01", reserved_tokens: 200 });
  // Neither clock begins a day with a limit of its own.
  expect(begin(next).error).toBe("budget_exceeded");
  expect(begin(late).error).toBe("budget_exceeded");
  for (const message of [first, second]) {
    finish(message, outcome({ status: "complete", content: "so", ...took(7, 5) }), late);
  }
  const spent = { period: "2026-02-01", tokens: 24, reserved_tokens: 0 };
  expect(budget("user", ADA).day).toMatchObject(spent);
  expect(day(ADA, "2026-02-01")?.total.answers).toBe(2);
});

test("a day that a clock which was ahead has begun ends with it, and an answer of it costs no other day", () => {
  const { limit, budget, id, finish } = world();
  limit("user", ADA, { day: { tokens: 250 } });
  const ahead = id(timeAfter(NOW, 40 * 86_400_000));
  expect(budget("user", ADA).day.period).toBe("2026-03-12");
  const right = id();
  finish(right, outcome({ status: "complete", content: "so", ...took(7, 5) }));
  finish(ahead, outcome({ status: "complete", content: "so", ...took(70, 50) }));
  expect(budget("user", ADA).day).toMatchObject({ period: TODAY, tokens: 12, reserved_tokens: 0 });
});
