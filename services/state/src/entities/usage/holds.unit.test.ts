import type { Outcome } from "@vega/contracts";
import { outcomeSchema, timeAfter } from "@vega/contracts";
import { expect, test } from "vitest";
import { documentRef } from "../../store/document-ref.ts";
import { usageDayRef } from "./documents.ts";
import type { UsageHold } from "../../store/collections.ts";
import { decideEraseUser } from "../users/erase.ts";
import { accountsInMemory, uuid } from "../users/testing.ts";
import { NOW } from "../../log/decision-testing.ts";
import { decideReserveUsage, decideSettleUsage, decideSweepHolds } from "./holds.ts";
import { decidePutBudget } from "../budgets/commands.ts";

const ADA = uuid(1);
const TODAY = NOW.slice(0, 10);
const CHARGE = {
  key_id: null,
  agent: null,
  prompt_tokens: 10,
  max_tokens: 100,
  max_cost_usd: 1,
  price: { input: 1_000, output: 10_000 },
};

function world() {
  const accounts = accountsInMemory();
  const { run, stored } = accounts;
  accounts.create(ADA, "ada");
  for (const [scope, id] of [
    ["user", ADA],
    ["system", "all"],
  ] as const) {
    const limits = { day: { tokens: 150 } };
    run(decidePutBudget({ scope, id, limits, uid: uuid(900), month: NOW.slice(0, 7) }));
  }
  const hold = (n: number) => stored(documentRef("usage_holds", `${ADA}/${uuid(n)}`));
  return {
    ...accounts,
    hold,
    reserve: (n: number) =>
      run(decideReserveUsage({ owner: ADA, hold_id: uuid(n), charge: CHARGE, lease_seconds: 60 })),
    settle: (held: UsageHold, of: Partial<Outcome>, counts = true) =>
      run(decideSettleUsage(held, outcomeSchema.parse({ status: "complete", ...of }), counts)),
    budget: (id: string) => stored(documentRef("budgets", id)),
    day: (owner: string) => stored(usageDayRef(owner, TODAY)),
  };
}

test("a call that is no answer is held to the budgets, too, and counted where it ends", () => {
  const { reserve, settle, hold, budget, day, ids } = world();
  expect(reserve(1).error).toBeUndefined();
  expect(budget(`user/${ADA}`).day).toMatchObject({ reserved_tokens: 100, tokens: 0 });
  expect(reserve(2).error).toBe("budget_exceeded");
  const held = hold(1);
  const usage = { prompt_tokens: 8, completion_tokens: 0 };
  const { events } = settle(held, { usage, cost_usd: 0.5, model: "wall/small" });
  expect(events).toMatchObject([{ data: { usage, cost_usd: 0.5, model: "wall/small" } }]);
  expect(budget("system/all").day).toMatchObject({ reserved_tokens: 0, tokens: 8, usd: 0.5 });
  expect(day(ADA).total).toMatchObject({ answers: 1, prompt_tokens: 8, cost_usd: 0.5 });
  expect(ids("usage_holds")).toEqual([]);
  expect(settle(held, { usage }).error).toBe("not_found");
});

test("a call with `counts: false` is not counted among the completions", () => {
  const { reserve, settle, hold, day } = world();
  reserve(1);
  settle(hold(1), { usage: { prompt_tokens: 8, completion_tokens: 2 } }, false);
  expect(day("system").total).toMatchObject({ answers: 0, unpriced: 0, completion_tokens: 2 });
});

test("a call with an expired lease is charged for its prompt, not earlier", () => {
  const { run, reserve, hold, budget, ids } = world();
  reserve(1);
  const sweep = (seconds: number) =>
    run(decideSweepHolds([hold(1)]), timeAfter(NOW, seconds * 1_000));
  expect(sweep(59).result).toEqual({ settled: 0 });
  expect(sweep(60).result).toEqual({ settled: 1 });
  expect(budget(`user/${ADA}`).day).toMatchObject({ reserved_tokens: 0, tokens: 10, usd: 0.01 });
  expect(ids("usage_holds")).toEqual([]);
});

test("an erased account holds nothing of the system's, and nothing of it is left", () => {
  const { run, reserve, hold, budget, documents, ownedBy } = world();
  reserve(1);
  const step = { documents: ownedBy(ADA), leases: [], holds: [hold(1)], about: [], by: [] };
  expect(run(decideEraseUser({ ...step, userId: ADA, last: true })).error).toBeUndefined();
  expect(budget("system/all").day).toMatchObject({ reserved_tokens: 0, tokens: 10 });
  expect(JSON.stringify(documents)).not.toContain(ADA);
  expect(reserve(2).error).toBe("unauthorized");
});
