import type { Agent, AgentDefinition, AgentOutcome, AgentRun, AgentState } from "@vega/contracts";
import { agentRuns, agents, timeAfter } from "@vega/contracts";
import type { JsonObject, RunRefusal } from "@vega/contracts";
import type { AgentWork } from "../../store/collections.ts";
import type { Change } from "../../store/store.ts";
import { put, remove, subjectOf } from "../../store/document-ref.ts";
import { after } from "../../log/view-after.ts";
import { stepsTo } from "../agents/update.ts";
import type { Command, NewEvent, DecisionView } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import { tokensLeft, withTokens } from "./budget.ts";
import { builtInDefinition } from "../agents/built-in.ts";
import {
  definitionRef,
  noAgent,
  noDefinition,
  readDefinition,
  readRun,
  readWork,
  runRef,
  workRef,
} from "../agents/documents.ts";

/*
 * An agent runs at most once per iteration: its work document has the newest iteration that it ran in, and each start
 * reads it. A run writes four entries, one per agent state (`running`, `active`, `syncing`, `idle`), which carry the
 * run's documents. A long run also writes renewals of its lease, so that a killed one is detected soon.
 */

/** Runs of an agent that are kept; the oldest beyond that are deleted. */
export const MAX_KEPT = 1_000;

export interface RunStarted {
  readonly kind: "begun";
  readonly run: AgentRun;
  readonly definition: AgentDefinition;
  readonly cursor: JsonObject | null;
  readonly tokens_left: number | null;
  readonly off: string[];
}

export interface RunRefused {
  readonly kind: "refused";
  readonly reason: RunRefusal;
  readonly message: string;
}

export interface Beginning {
  readonly agent: string;
  /** Null: the present one, started manually. */
  readonly iteration: number | null;
  readonly leaseMs: number;
  /** Iteration of a run whose lease may have expired: it ends here, without waiting for a sweep. */
  readonly lost: number | null;
  /** Iterations of the oldest runs, which are deleted where there are too many. */
  readonly oldest: readonly number[];
}

export function decideBeginRun({
  agent: name,
  iteration: asked,
  leaseMs,
  lost,
  oldest,
}: Beginning): Command<RunStarted | RunRefused> {
  return {
    reads: [definitionRef(name), workRef(name), ...(lost === null ? [] : [runRef(name, lost)])],
    decide(before, now) {
      const crystal = before.crystal();
      const found = crystal.agents.find((one) => one.name === name);
      if (!found) return refuse("not_found", noAgent(name));
      const gone = lost === null ? [] : losing(before, name, lost, now);
      const agent: Agent = gone.length > 0 ? { ...found, state: "idle" } : found;
      const view = after(
        before,
        gone.flatMap(({ sideChanges }) => sideChanges),
      );
      const definition = readDefinition(view, name) ?? builtInDefinition(name, now);
      if (!definition) return refuse("not_found", noDefinition(name));
      const work = readWork(view, name);
      const iteration = asked ?? crystal.loop.iteration;
      const left = tokensLeft(definition, work, now);
      const refusal = whyNot(definition, work, { iteration, manual: asked === null, left });
      if (refusal) return accept(gone, refusal);
      const run: AgentRun = {
        agent: name,
        iteration,
        trigger: asked === null ? "manual" : "schedule",
        status: "running",
        started_at: now,
        ...NOTHING_YET,
      };
      const disabled = crystal.modules.filter(({ status }) => status === "inactive");
      const off = disabled.map(({ name: module }) => module);
      const going = work.kept >= MAX_KEPT ? oldest : [];
      const next: AgentWork = {
        ...work,
        running: iteration,
        expires_at: timeAfter(now, leaseMs),
        last_iteration: iteration,
        kept: work.kept + 1 - going.length,
      };
      const begun = moves(agent, "running", run, now, [
        put(runRef(name, iteration), run),
        put(workRef(name), next),
        ...going.map((one) => remove(runRef(name, one))),
      ]);
      return accept([...gone, ...begun], {
        kind: "begun",
        run,
        definition,
        cursor: work.cursor,
        tokens_left: left,
        off,
      });
    },
  };
}

const NOTHING_YET = {
  ended_at: null,
  text: null,
  written_by: null,
  data: {},
  provider: null,
  model: null,
  usage: null,
  cost_usd: null,
  error: null,
} satisfies Partial<AgentRun>;

const refused = (reason: RunRefusal, message: string): RunRefused => ({
  kind: "refused",
  reason,
  message,
});

function whyNot(
  { name, enabled }: AgentDefinition,
  { running, last_iteration }: AgentWork,
  { iteration, manual, left }: { iteration: number; manual: boolean; left: number | null },
): RunRefused | undefined {
  if (!enabled && !manual) return refused("disabled", `${name} is disabled`);
  // A run that was started in this iteration counts, whatever its end.
  if (last_iteration !== null && last_iteration >= iteration) {
    return refused("ran", `${name} has run in iteration ${last_iteration} already`);
  }
  if (running !== null) return refused("running", `${name} runs since iteration ${running}`);
  if (left === 0) return refused("over_budget", `${name} has used up its tokens of today`);
  return undefined;
}

/** Moves the agent of a run to its next state. */
export function decideMoveRun(
  name: string,
  iteration: number,
  to: "active" | "syncing",
): Command<null> {
  return {
    reads: [runRef(name, iteration)],
    decide(view, now) {
      const run = readRun(view, name, iteration);
      if (!run) return refuse("not_found", NO_RUN);
      if (run.status !== "running") return refuse("conflict", ended(run));
      const agent = agentOf(view, name);
      // The agent may be in that state already, or removed.
      return accept(agent && agent.state !== to ? moves(agent, to, run, now, []) : [], null);
    },
  };
}

/** Renews the lease of a run in progress. */
export function decideRenewRun(name: string, iteration: number, leaseMs: number): Command<null> {
  const ref = runRef(name, iteration);
  return {
    reads: [ref, workRef(name)],
    decide(view, now) {
      const run = readRun(view, name, iteration);
      if (!run) return refuse("not_found", NO_RUN);
      if (run.status !== "running") return refuse("conflict", ended(run));
      const work = { ...readWork(view, name), expires_at: timeAfter(now, leaseMs) };
      const data = { agent: name, iteration };
      return accept(
        [event(agentRuns.events.renewed, subjectOf(ref), data, [put(workRef(name), work)])],
        null,
      );
    },
  };
}

/** Ends a run; idempotent for the same status. */
export function decideFinishRun(
  name: string,
  iteration: number,
  { cursor, status, ...rest }: AgentOutcome,
): Command<AgentRun> {
  return {
    reads: [runRef(name, iteration), workRef(name)],
    decide(view, now) {
      const run = readRun(view, name, iteration);
      if (!run) return refuse("not_found", NO_RUN);
      if (run.status === status) return accept([], run);
      if (run.status !== "running") return refuse("conflict", ended(run));
      const next: AgentRun = { ...run, ...defined(rest), status, ended_at: now };
      return accept(ending(view, next, now, cursor), next);
    },
  };
}

/** Marks the proposed runs as failed whose lease has expired. */
export function decideSweepRuns(
  proposed: readonly { readonly agent: string; readonly iteration: number }[],
): Command<{ failed: number }> {
  return {
    reads: proposed.flatMap(({ agent, iteration }) => [runRef(agent, iteration), workRef(agent)]),
    decide(view, now) {
      const ends = proposed
        .map(({ agent, iteration }) => losing(view, agent, iteration, now))
        .filter((events) => events.length > 0);
      return accept(ends.flat(), { failed: ends.length });
    },
  };
}

/** The events that end a run with an expired lease; none for others. */
function losing(view: DecisionView, agent: string, iteration: number, now: string): NewEvent[] {
  const run = readRun(view, agent, iteration);
  const { running, expires_at } = readWork(view, agent);
  // The run may have ended since it was proposed, and another may have started.
  if (run?.status !== "running" || running !== iteration) return [];
  if (expires_at !== null && expires_at > now) return [];
  return ending(view, { ...run, status: "failed", ended_at: now, error: LOST }, now);
}

const LOST = {
  code: "lost",
  message: "the lease of the run expired: its process stopped responding",
};
const NO_RUN = "there is no such run";
const ended = ({ status }: AgentRun): string => `the run has ended already: it is ${status}`;

const agentOf = (view: DecisionView, name: string): Agent | undefined =>
  view.crystal().agents.find((one) => one.name === name);

const defined = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [Key in keyof Value]: Exclude<Value[Key], undefined>;
  };

function ending(view: DecisionView, run: AgentRun, now: string, cursor?: JsonObject): NewEvent[] {
  const { agent: name, iteration, usage } = run;
  const tokens = usage ? usage.prompt_tokens + usage.completion_tokens : 0;
  const before = readWork(view, name);
  const work = withTokens(before, tokens, now);
  // Another run may be in progress, where this one's lease had expired.
  const free = before.running === iteration ? { running: null, expires_at: null } : {};
  const documents = [
    put(runRef(name, iteration), run),
    put(workRef(name), { ...work, ...free, cursor: cursor ?? work.cursor }),
  ];
  const agent = agentOf(view, name);
  if (agent) return moves(agent, "idle", run, now, documents);
  const data = { agent: name, run: briefOf(run) };
  return [event(agentRuns.events.ended, subjectOf(runRef(name, iteration)), data, documents)];
}

const briefOf = ({ iteration, trigger, status }: AgentRun) => ({ iteration, trigger, status });

/** One event per legal step, at least one; the last carries the documents. */
function moves(
  agent: Agent,
  to: AgentState,
  run: AgentRun,
  now: string,
  documents: readonly Change[],
): NewEvent[] {
  const steps = agent.state === to ? [to] : stepsTo(agent.state, to);
  return steps.map((state, n) => {
    const previous_state = n === 0 ? agent.state : (steps[n - 1] ?? null);
    return event(
      agents.events.changed,
      `agents/${agent.name}`,
      { agent: { ...agent, state, updated_at: now }, previous_state, run: briefOf(run) },
      n === steps.length - 1 ? documents : [],
    );
  });
}
