import type { AgentDefinition } from "@vega/contracts";
import { agents } from "@vega/contracts";
import { expect, test } from "vitest";
import { mayGo } from "../agents/update.ts";
import type { Command } from "../../log/decision.ts";
import { documentRef, remove } from "../../store/document-ref.ts";
import { inMemoryState, NOW } from "../../log/decision-testing.ts";
import { decideDefineAgent } from "../agents/define.ts";
import type { Beginning } from "./commands.ts";
import {
  decideBeginRun,
  decideFinishRun,
  decideMoveRun,
  decideRenewRun,
  decideSweepRuns,
} from "./commands.ts";

const LATER = "2026-01-31T12:05:00.000Z";
const TOMORROW = "2026-02-01T00:00:00.000Z";

/** Runs of agents in memory, with the states that the agents went through. */
function world() {
  const state = inMemoryState();
  const states: string[] = [];
  let entries = 0;
  return {
    documents: state.documents,
    states,
    entries: () => entries,
    without: (name: string) => state.apply([remove(documentRef("agents", name))]),
    decide<Result>(command: Command<Result>, now = NOW): Result {
      const decision = state.decide(command, now);
      if (!decision.ok) throw decision.error;
      const { events } = state.run(command, now);
      entries += events.length;
      for (const { data } of events) {
        const changed = agents.events.changed.data.safeParse(data).data;
        if (changed) states.push(changed.agent.state);
      }
      return decision.result;
    },
  };
}

const begin = (iteration: number | null, more: Partial<Beginning> = {}) =>
  decideBeginRun({
    agent: "miracore",
    iteration,
    leaseMs: 60_000,
    lost: null,
    oldest: [],
    ...more,
  });
const complete = { status: "complete", text: "all is well" } as const;

const define = (budget: AgentDefinition["budget"], enabled = true) =>
  decideDefineAgent({
    name: "scout",
    prompt: "look around",
    model: null,
    schedule: { every: 1 },
    memory_namespace: null,
    budget,
    enabled,
  });

test("a run takes its agent through every state, by four entries", () => {
  const { decide, states, entries, documents } = world();
  expect(decide(begin(7))).toMatchObject({ kind: "begun", cursor: null, tokens_left: null });
  decide(decideMoveRun("miracore", 7, "active"));
  decide(decideMoveRun("miracore", 7, "syncing"));
  decide(decideFinishRun("miracore", 7, { ...complete, cursor: { at: 5 } }));
  expect(states).toEqual(["running", "active", "syncing", "idle"]);
  expect(entries()).toBe(4);
  expect(documents["agent_runs/miracore/0000000000000007"]).toMatchObject({
    status: "complete",
    text: "all is well",
    ended_at: NOW,
  });
  expect(decide(begin(8))).toMatchObject({ kind: "begun", cursor: { at: 5 } });
});

test("an agent runs once in an iteration, however it is asked and whatever became of the run", () => {
  const { decide } = world();
  decide(begin(7));
  expect(decide(begin(7))).toMatchObject({ kind: "refused", reason: "ran" });
  decide(decideFinishRun("miracore", 7, { status: "failed" }));
  expect(decide(begin(7))).toMatchObject({ kind: "refused", reason: "ran" });
  expect(decide(begin(6))).toMatchObject({ kind: "refused", reason: "ran" });
  // By hand it would be iteration 0.
  expect(decide(begin(null))).toMatchObject({ kind: "refused", reason: "ran" });
  expect(decide(begin(8))).toMatchObject({ kind: "begun" });
  expect(decide(begin(9))).toMatchObject({ kind: "refused", reason: "running" });
});

test("a run whose maker is silent has failed, and what it says later is refused", () => {
  const { decide, states } = world();
  decide(begin(7));
  const lost = [{ agent: "miracore", iteration: 7 }];
  expect(decide(decideSweepRuns(lost))).toEqual({ failed: 0 });
  expect(decide(decideSweepRuns(lost), LATER)).toEqual({ failed: 1 });
  expect(decide(decideSweepRuns(lost), LATER)).toEqual({ failed: 0 });
  expect(states.at(-1)).toBe("idle");
  expect(() => decide(decideFinishRun("miracore", 7, complete), LATER)).toThrow("ended already");
  expect(() => decide(decideMoveRun("miracore", 7, "active"), LATER)).toThrow("ended already");
  // Asked again, it is no other answer.
  expect(decide(decideFinishRun("miracore", 7, { status: "failed" }), LATER)).toMatchObject({
    status: "failed",
    error: { code: "lost" },
  });
});

test("a run goes on as long as its lease is renewed, which is no step of its agent", () => {
  const { decide, states, entries } = world();
  decide(begin(7));
  decide(decideRenewRun("miracore", 7, 10 * 60_000));
  expect([states, entries()]).toEqual([["running"], 2]);
  expect(decide(decideSweepRuns([{ agent: "miracore", iteration: 7 }]), LATER)).toEqual({
    failed: 0,
  });
  expect(decide(begin(8, { lost: 7 }), LATER)).toMatchObject({ reason: "running" });
  decide(decideFinishRun("miracore", 7, complete));
  expect(() => decide(decideRenewRun("miracore", 7, 1_000))).toThrow("ended already");
  expect(() => decide(decideRenewRun("miracore", 6, 1_000))).toThrow("there is no such run");
});

test("the next run takes the place of one that was lost, before any sweep, and never in the same iteration", () => {
  const { decide, states, documents } = world();
  decide(begin(7));
  decide(decideMoveRun("miracore", 7, "active"));
  expect(decide(begin(8, { lost: 7 }))).toMatchObject({ reason: "running" });
  expect(decide(begin(7, { lost: 7 }), LATER)).toMatchObject({ reason: "ran" });
  expect(documents["agent_runs/miracore/0000000000000007"]).toMatchObject({
    status: "failed",
    error: { code: "lost" },
  });
  decide(begin(8));
  expect(decide(begin(9, { lost: 8 }), TOMORROW)).toMatchObject({ kind: "begun" });
  expect(documents["agent_work/miracore"]).toMatchObject({ running: 9, last_iteration: 9 });
  expect(states.slice(-2)).toEqual(["idle", "running"]);
  expect(() => decide(decideRenewRun("miracore", 8, 1_000), TOMORROW)).toThrow("ended already");
  // A late end of the lost run does not end the new one.
  expect(() => decide(decideFinishRun("miracore", 8, complete), TOMORROW)).toThrow("ended already");
});

test("steps are legal from wherever somebody has put the agent", () => {
  for (const start of [[], ["active"], ["active", "syncing"]] as const) {
    const { decide, states } = world();
    decide(begin(1));
    for (const to of start) decide(decideMoveRun("miracore", 1, to));
    decide(decideSweepRuns([{ agent: "miracore", iteration: 1 }]), LATER);
    decide(begin(2));
    decide(decideMoveRun("miracore", 2, "syncing"));
    const legal = states.every((to, n) => mayGo((states[n - 1] ?? "idle") as never, to as never));
    expect(legal, states.join(" ")).toBe(true);
  }
});

test("a run of an agent that was taken away ends all the same", () => {
  const { decide, documents, without, states } = world();
  decide(begin(7));
  without("miracore");
  decide(decideMoveRun("miracore", 7, "active"));
  decide(decideFinishRun("miracore", 7, complete));
  expect(states).toEqual(["running"]);
  expect(documents["agent_runs/miracore/0000000000000007"]).toMatchObject({ status: "complete" });
  expect(documents["agent_work/miracore"]).toMatchObject({ running: null, expires_at: null });
  expect(() => decide(begin(8))).toThrow("there is no agent");
});

test("a day's tokens are used up, and new ones come with the next day", () => {
  const { decide } = world();
  decide(define({ tokens_per_day: 100 }));
  const scout = (iteration: number) => begin(iteration, { agent: "scout" });
  expect(decide(scout(1))).toMatchObject({ kind: "begun", tokens_left: 100 });
  const usage = { prompt_tokens: 60, completion_tokens: 45 };
  decide(decideFinishRun("scout", 1, { ...complete, usage }));
  expect(decide(scout(2))).toMatchObject({ kind: "refused", reason: "over_budget" });
  expect(decide(scout(3), TOMORROW)).toMatchObject({ kind: "begun", tokens_left: 100 });
});

test("the tokens of a day are one account for two clocks at midnight", () => {
  const { decide } = world();
  decide(define({ tokens_per_day: 100 }));
  const scout = (iteration: number) => begin(iteration, { agent: "scout" });
  const usage = { prompt_tokens: 30, completion_tokens: 30 };
  decide(scout(1), "2026-02-01T00:00:01.000Z");
  decide(decideFinishRun("scout", 1, { ...complete, usage }), "2026-02-01T00:00:02.000Z");
  const late = "2026-01-31T23:59:59.000Z";
  expect(decide(scout(2), late)).toMatchObject({ kind: "begun", tokens_left: 40 });
  decide(decideFinishRun("scout", 2, { ...complete, usage }), late);
  expect(decide(scout(3), "2026-02-01T00:00:03.000Z")).toMatchObject({ reason: "over_budget" });
});

test("an agent that is disabled runs by hand alone, one without a definition not at all", () => {
  const { decide } = world();
  decide(define({ tokens_per_day: null }, false));
  expect(decide(begin(1, { agent: "scout" }))).toMatchObject({ reason: "disabled" });
  expect(decide(begin(null, { agent: "scout" }))).toMatchObject({ kind: "begun" });
  expect(() => decide(begin(1, { agent: "unknown" }))).toThrow("there is no agent");
});

test("the oldest runs beyond the maximum are deleted", () => {
  const { decide, documents } = world();
  decide(begin(1));
  decide(decideFinishRun("miracore", 1, complete));
  documents["agent_work/miracore"] = { ...documents["agent_work/miracore"], kept: 1_000 };
  decide(begin(2, { oldest: [1] }));
  expect(Object.keys(documents).filter((key) => key.startsWith("agent_runs/"))).toEqual([
    "agent_runs/miracore/0000000000000002",
  ]);
  expect(documents["agent_work/miracore"]).toMatchObject({ kept: 1_000 });
});

test("a definition needs a prompt, which only built-in agents have of their own", () => {
  const { decide } = world();
  const rest = {
    model: null,
    schedule: null,
    memory_namespace: null,
    budget: { tokens_per_day: null },
    enabled: true,
  };
  expect(() => decide(decideDefineAgent({ name: "scout", ...rest }))).toThrow(
    "a prompt is required",
  );
  expect(() => decide(decideDefineAgent({ name: "miracore", prompt: "rest", ...rest }))).toThrow(
    "is built in",
  );
  expect(decide(decideDefineAgent({ name: "miracore", ...rest })).definition.schedule).toBeNull();
});
