import type { AgentOutcome, JsonObject, RequestContext, RequestOutput } from "@vega/contracts";
import { VegaError, agentRuns } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { request } from "@vega/messaging";
import { setTimeout as delay } from "node:timers/promises";
import type { Models } from "../models/models.ts";
import { toChatFault } from "../chat/errors.ts";
import { aeAgent } from "./ae-agent.ts";
import { createTokenBudget } from "./token-budget.ts";
import { withBudget } from "../budget/with-budget.ts";
import { createStorage } from "../chat/storage.ts";
import type { CompleteWithBudget } from "./model-client.ts";
import { createModelClient } from "./model-client.ts";
import type { Job, Worker } from "./job.ts";
import { keepLease, leaseMsOf } from "./lease.ts";
import { miracore } from "./miracore.ts";
import { prompted } from "./prompted.ts";
import { symbolAgent } from "./symbol-agent.ts";

const BUILT_IN: Readonly<Record<string, Worker>> = {
  ae_agent: aeAgent,
  ae_symbol_agent: symbolAgent,
  miracore,
};

export const workerOf = (agent: string): Worker =>
  Object.hasOwn(BUILT_IN, agent) ? (BUILT_IN[agent] ?? prompted) : prompted;

export interface RunOptions {
  readonly bus: Bus;
  readonly context: RequestContext;
  readonly models: Models;
  /** Timeout of a run, ms. */
  readonly runMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal;
  /** Called with the error of each failed run. */
  readonly onFailed?: (error: unknown) => void;
  /** Called with internal errors. */
  readonly onFault: (error: unknown) => void;
}

/** Time for storing the end of a run, beyond its timeout. */
const END_MS = 15_000;
const RETRY_MS = 250;

type StartedRun = Extract<
  RequestOutput<typeof agentRuns.requests.begin>["outcome"],
  { kind: "begun" }
>;

/** Requests the start of a run; see the contract. @param iteration null: the current one, manually */
export const startRun = (
  { bus, runMs }: RunOptions,
  context: RequestContext,
  agent: string,
  iteration: number | null,
) => {
  const lease_seconds = leaseMsOf(runMs) / 1_000;
  return request(bus, agentRuns.requests.begin, { agent, iteration, lease_seconds }, context);
};

/** Executes a started run to its end. Never throws. */
export async function executeRun(options: RunOptions, started: StartedRun): Promise<void> {
  const { bus, context, runMs, onFault } = options;
  const { agent, iteration } = started.run;
  const ms = leaseMsOf(runMs);
  const renewed = { agent, iteration, lease_seconds: ms / 1_000 };
  const lease = keepLease(
    ms,
    () => request(bus, agentRuns.requests.renew, renewed, context),
    onFault,
  );
  try {
    await finish(options, started, await outcomeOf(options, started, lease.lost));
  } finally {
    await lease.stop();
  }
}

async function finish(
  options: RunOptions,
  started: StartedRun,
  outcome: AgentOutcome,
): Promise<void> {
  const { bus, context, onFault } = options;
  const { agent, iteration } = started.run;
  const until = performance.now() + Math.min(END_MS, options.runMs);
  for (;;) {
    try {
      await request(bus, agentRuns.requests.finish, { agent, iteration, outcome }, context);
      return;
    } catch (error) {
      // The request is idempotent, so a retry after an unknown outcome is safe.
      const isUnavailable = error instanceof VegaError && error.status === 503;
      // Its lease has expired: the run is stored as failed.
      if (error instanceof VegaError && error.code === "conflict") return;
      if (!isUnavailable) return onFault(error);
      if (performance.now() > until) return;
    }
    await delay(RETRY_MS, undefined, { ref: false });
  }
}

async function outcomeOf(
  options: RunOptions,
  started: StartedRun,
  lost: AbortSignal,
): Promise<AgentOutcome> {
  const { bus, context, models, now, stopping, runMs } = options;
  const { run, definition, cursor, tokens_left } = started;
  const { agent, iteration } = run;
  const timeout = AbortSignal.timeout(runMs);
  const signal = AbortSignal.any([stopping, timeout, lost]);
  const storage = createStorage(bus, context);
  // Charged to the budgets of the agent and the system.
  const complete: CompleteWithBudget = (completion, chain) => {
    const { messages, options: parameters } = completion;
    const by = { owner: null, counts: true };
    const charged = { chain, messages, options: parameters, cost: models.cost, agent };
    const wanted = { chain, signal, buffered: true, needsText: true };
    return withBudget(() => models.complete(completion, wanted), charged, storage, by);
  };
  const disabled = new Set(started.off);
  const tokenBudget = createTokenBudget(tokens_left);
  const modelClient = createModelClient(models, definition.model, tokenBudget, complete, disabled);
  const job: Job = {
    run,
    definition,
    cursor,
    models: modelClient,
    disabled,
    bus,
    context,
    signal,
    now,
  };
  const move = (to: "active" | "syncing") =>
    request(bus, agentRuns.requests.move, { agent, iteration, to }, context);
  /** Partial result, stored if a later step fails. */
  let known: Partial<AgentOutcome> = {};
  try {
    await move("active");
    const { sync, ...done } = await workerOf(agent).work(job);
    known = { ...done, cursor: undefined };
    signal.throwIfAborted();
    await move("syncing");
    const synced: JsonObject = (await sync?.()) ?? {};
    const data = { ...done.data, ...synced };
    return { ...done, ...modelClient.spent(), data, status: "complete" };
  } catch (error) {
    options.onFailed?.(error);
    const failure = failureOf(error, { stopping, timeout, lost });
    if (failure.code === "internal") options.onFault(error);
    return { ...known, ...modelClient.spent(), status: "failed", error: failure };
  }
}

const MAX_MESSAGE = 1_000;

function failureOf(
  error: unknown,
  { stopping, timeout, lost }: Readonly<Record<"stopping" | "timeout" | "lost", AbortSignal>>,
): { code: string; message: string } {
  if (stopping.aborted) return { code: "stopped", message: "the ai service stopped" };
  if (timeout.aborted) return { code: "timeout", message: "timeout of the run" };
  if (lost.aborted) return { code: "lost", message: "the lease of the run expired" };
  const fault = toChatFault(error);
  if (!fault) return { code: "internal", message: "internal error" };
  return { code: fault.kind, message: fault.message.slice(0, MAX_MESSAGE).toWellFormed() };
}
