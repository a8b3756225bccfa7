import type { Charge } from "@vega/contracts";
import { ownerKey, timeAfter } from "@vega/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { conversationRef } from "../conversations/documents.ts";
import { usagePlaceRef } from "./documents.ts";
import { decideEraseUser } from "../users/erase.ts";
import { ADA, conversationsInMemory, outcome, says, TALK } from "../conversations/testing.ts";
import { NOW } from "../../log/decision-testing.ts";
import { MAX_SHARES, OTHERS } from "./rollups.ts";

const TODAY = NOW.slice(0, 10);
const charge = (more: Partial<Charge> = {}): Charge => ({
  key_id: null,
  agent: null,
  prompt_tokens: 10,
  max_tokens: 100,
  max_cost_usd: 1,
  price: { input: 1_000, output: 10_000 },
  ...more,
});
const took = (
  prompt_tokens: number,
  completion_tokens: number,
  cost_usd: number | null = null,
) => ({
  usage: { prompt_tokens, completion_tokens },
  cost_usd,
});

function world() {
  const conversations = conversationsInMemory();
  const begin = (of: Partial<Charge> = {}, now = NOW) =>
    conversations.start([says("why?")], 30, now, null, charge(of));
  const id = (of: Partial<Charge> = {}, now = NOW) => begin(of, now).result?.message.id ?? "";
  return { ...conversations, begin, id };
}

test("the most that an answer can take is held when it begins, and what it took when it ends", () => {
  const { limit, budget, id, finish } = world();
  limit("user", ADA, { day: { tokens: 1_000, usd: 5 } });
  const message = id();
  expect(budget("user", ADA).day).toMatchObject({ reserved_tokens: 100, reserved_usd: 1, usd: 0 });
  finish(message, outcome({ status: "complete", content: "so", ...took(7, 5, 0.25) }));
  const spent = { tokens: 12, usd: 0.25, reserved_tokens: 0, reserved_usd: 0 };
  expect(budget("user", ADA)).toMatchObject({
    day: { period: TODAY, ...spent },
    month: { period: TODAY.slice(0, 7), ...spent },
  });
});

test("a charge beyond a budget is refused without a change", () => {
  const { limit, begin, ids, budget } = world();
  limit("system", "all", { month: { tokens: 250 } });
  expect([begin().error, begin().error, begin().error]).toEqual([
    undefined,
    undefined,
    "budget_exceeded",
  ]);
  expect(ids("message_leases")).toHaveLength(2);
  expect(budget("system", "all").month).toMatchObject({ reserved_tokens: 200 });
  expect(begin({ max_tokens: 50 }).error).toBeUndefined();
});

test("each of user, key, agent and system can refuse", () => {
  for (const [scope, id] of [
    ["user", ADA],
    ["key", "k"],
    ["agent", "miracore"],
    ["system", "all"],
  ] as const) {
    const { limit, begin } = world();
    limit(scope, id, { day: { usd: 0.5 } });
    const by = { key_id: "k", agent: "miracore" };
    expect(begin(by).error, scope).toBe("budget_exceeded");
    expect(begin({ ...by, max_cost_usd: 0.5 }).error).toBeUndefined();
    // Without a price money says nothing.
    expect(begin({ ...by, max_cost_usd: null }).error).toBeUndefined();
  }
});

test("another's key and agent are no concern", () => {
  const { limit, begin } = world();
  limit("key", "k", { day: { tokens: 0 } });
  limit("agent", "miracore", { day: { tokens: 0 } });
  expect(begin({ key_id: "l", agent: "ae_agent" }).error).toBeUndefined();
});

test("each day and month starts at zero, and a completion counts for the day of its start", () => {
  const { limit, begin, id, finish, budget, day } = world();
  limit("user", ADA, { day: { tokens: 100 }, month: { tokens: 200 } });
  const message = id();
  expect(begin().error).toBe("budget_exceeded");
  // NOW is the last of January.
  const tomorrow = timeAfter(NOW, 24 * 3_600_000);
  expect(begin({}, tomorrow).error).toBeUndefined();
  finish(message, outcome({ status: "complete", content: "so", ...took(60, 40) }), tomorrow);
  expect(budget("user", ADA)).toMatchObject({
    day: { period: "2026-02-01", tokens: 0, reserved_tokens: 100 },
    month: { period: "2026-02", tokens: 0, reserved_tokens: 100 },
  });
  expect(day(ADA, TODAY)?.total).toMatchObject({ prompt_tokens: 60 });
});

test("a budget that comes later counts what was used before, and holds only what began after", () => {
  const { limit, id, finish, budget } = world();
  finish(id(), outcome({ status: "complete", content: "so", ...took(60, 40, 0.5) }));
  const before = id();
  limit("user", ADA, { day: { tokens: 1_000 } });
  expect(budget("user", ADA).day).toMatchObject({ tokens: 100, usd: 0.5, reserved_tokens: 0 });
  const after = id();
  finish(before, outcome({ status: "complete", content: "so", ...took(1, 1) }));
  expect(budget("user", ADA).day).toMatchObject({ tokens: 102, reserved_tokens: 100 });
  finish(after, outcome({ status: "complete", content: "so", ...took(1, 1) }));
  expect(budget("user", ADA).month).toMatchObject({ tokens: 104, reserved_tokens: 0 });
});

test("other limits leave what was spent as it is", () => {
  const { limit, id, finish, budget } = world();
  limit("key", "k", { day: { tokens: 1_000 } });
  finish(id({ key_id: "k" }), outcome({ status: "complete", content: "so", ...took(60, 40) }));
  limit("key", "k", { month: { usd: 1 } });
  expect(budget("key", "k")).toMatchObject({ limits: { month: { usd: 1 } }, day: { tokens: 100 } });
});

test("only accounts that are there and the one system have budgets", () => {
  const { limit } = world();
  expect(limit("user", TALK, {}).error).toBe("not_found");
  expect(limit("system", "other", {}).error).toBe("invalid");
});

test("usage of a truncated message is estimated from its stored text", () => {
  const { limit, id, progress, sweep, budget, day } = world();
  limit("user", ADA, { day: { tokens: 1_000 } });
  const message = id();
  progress(message, 0, "x".repeat(401));
  sweep(message, timeAfter(NOW, 60_000));
  expect(budget("user", ADA).day).toMatchObject({ tokens: 10 + 101, reserved_tokens: 0 });
  expect(day(ADA, TODAY)?.total).toEqual({
    answers: 1,
    incomplete: 1,
    estimated: 1,
    unpriced: 0,
    prompt_tokens: 10,
    completion_tokens: 101,
    cost_usd: 1.02,
  });
});

test("a cancelled completion is charged for its prompt, a refusal is not charged", () => {
  const { id, finish, day } = world();
  const cancelled = { attempts: [{ outcome: "cancelled" }] };
  finish(id(), outcome({ status: "cancelled", ...cancelled }));
  expect(day(ADA, TODAY)?.total).toMatchObject({ prompt_tokens: 10, estimated: 1 });
  finish(id(), outcome({ status: "failed", attempts: [{ outcome: "failed" }] }));
  finish(id(), outcome({ status: "cancelled", attempts: [{ outcome: "failed" }] }));
  expect(day(ADA, TODAY)?.total).toMatchObject({ answers: 3, prompt_tokens: 10, estimated: 1 });
});

test("a conversation that is deleted while it is answered gives back what it held", () => {
  const { limit, id, progress, drop, budget, ids } = world();
  limit("system", "all", { day: { tokens: 1_000 } });
  progress(id(), 0, "some");
  id();
  drop();
  expect(budget("system", "all").day).toMatchObject({ tokens: 21, reserved_tokens: 0 });
  expect(ids("message_leases")).toEqual([]);
});

test("an erased account leaves neither rollups nor budgets, and holds nothing of the system's", () => {
  const { limit, id, finish, run, leases, budget, ids, day, ownedBy } = world();
  limit("user", ADA, { day: { tokens: 1_000 } });
  limit("system", "all", { day: { tokens: 1_000 } });
  finish(id(), outcome({ status: "complete", content: "so", ...took(60, 40) }));
  id();
  const erased = run(
    decideEraseUser({
      userId: ADA,
      documents: ownedBy(ADA),
      leases: leases(),
      holds: [],
      about: [],
      by: [],
      last: true,
    }),
  );
  expect(erased.error).toBeUndefined();
  expect(ids("budgets")).toEqual(["system/all"]);
  expect(budget("system", "all").day).toMatchObject({ tokens: 110, reserved_tokens: 0 });
  expect(ids("usage_days")).toEqual([`system/${TODAY}`]);
  expect(ids("usage_places")).toEqual([]);
  expect(day("system", TODAY)?.total).toMatchObject({ answers: 2 });
});

test("a day tells models and agents apart, but not any number of them", () => {
  const { id, finish, day, document } = world();
  for (let n = 0; n < MAX_SHARES + 3; n += 1) {
    const end = { status: "complete", content: "so", model: `m${n}` } as const;
    finish(id({ agent: "ae_agent" }), outcome({ ...end, ...took(1, 1, 0.1) }));
  }
  const total = { answers: 23, prompt_tokens: 23, cost_usd: 2.3 };
  const { models, agents, ...rest } = day(ownerKey(ADA), TODAY) ?? { models: [], agents: [] };
  expect(rest).toMatchObject({ owner: ADA, day: TODAY, total });
  expect(models).toHaveLength(MAX_SHARES + 1);
  expect(models.at(-1)).toMatchObject({ name: OTHERS, answers: 3, cost_usd: 0.3 });
  expect(agents).toMatchObject([{ name: "ae_agent", ...total }]);
  expect(day("system", TODAY)?.total).toMatchObject(total);
  expect(document(usagePlaceRef(TODAY, ADA))).toEqual({ owner: ADA });
  expect(document(conversationRef(ADA, TALK))).toMatchObject({ usage: total });
});

const LIMIT = { tokens: 1_000, usd: 10 };
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("start" as const) }) },
  fc.record({
    kind: fc.constant("finish" as const),
    status: fc.constantFrom("complete", "truncated", "cancelled", "failed"),
    /** Of what was reserved. */
    part: fc.double({ min: 0, max: 1, noNaN: true }),
    known: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("sweep" as const) }),
  fc.record({ kind: fc.constant("drop" as const) }),
);

test("in whatever order: what is spent and held never exceeds a limit, and what has ended holds nothing", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(step, fc.integer({ min: 1, max: 400 }), fc.nat(9)), { maxLength: 40 }),
      (steps) => {
        const { limit, budget, begin, finish, sweep, drop, leases, document } = world();
        limit("user", ADA, { day: LIMIT });
        limit("system", "all", { month: LIMIT });
        /** By message: what was reserved, in tokens. */
        const held = new Map<string, number>();
        let spent = 0;
        for (const [one, size, which] of steps) {
          const [id, most = 0] = [...held][which % Math.max(1, held.size)] ?? [];
          if (one.kind === "start") {
            const most_usd = { max_tokens: size, max_cost_usd: size / 100, prompt_tokens: 0 };
            const { error, result } = begin(most_usd);
            const sum = [...held.values()].reduce((a, b) => a + b, spent);
            expect(error).toBe(sum + size > LIMIT.tokens ? "budget_exceeded" : undefined);
            if (result) held.set(result.message.id, size);
          } else if (one.kind === "drop") {
            // The conversation exists from the first message on.
            if (document(conversationRef(ADA, TALK))) drop();
            held.clear();
          } else if (id !== undefined) {
            if (one.kind === "sweep") sweep(id, timeAfter(NOW, 60_000));
            else {
              const tokens = Math.floor(most * one.part);
              const usage = one.known ? took(0, tokens, tokens / 100) : {};
              const end = { status: one.status, content: "", ...usage };
              finish(id, outcome(end));
              if (one.known) spent += tokens;
            }
            held.delete(id);
          }
          const reserved_tokens = [...held.values()].reduce((a, b) => a + b, 0);
          for (const { period: _, ...spending } of [
            budget("user", ADA).day,
            budget("system", "all").month,
          ]) {
            expect(spending.tokens + spending.reserved_tokens).toBeLessThanOrEqual(LIMIT.tokens);
            expect(spending).toEqual({
              tokens: spent,
              usd: spent / 100,
              reserved_tokens,
              reserved_usd: reserved_tokens / 100,
            });
          }
          expect(leases()).toHaveLength(held.size);
        }
      },
    ),
    { numRuns: 300 },
  );
});
