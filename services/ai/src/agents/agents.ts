import type { RequestOutput, Tick } from "@vega/contracts";
import { VegaError, agents } from "@vega/contracts";
import type { Endpoint, Settlement } from "@vega/messaging";
import { endpoint, request } from "@vega/messaging";
import type { Calendar } from "./calendar.ts";
import { createCalendar } from "./calendar.ts";
import { createPool } from "./pool.ts";
import type { RunOptions } from "./run.ts";
import { executeRun, startRun, workerOf } from "./run.ts";

/** Older ticks are ignored: after downtime there is no burst of missed runs. */
const STALE_MS = 60_000;
const RETRY_SECONDS = 5;
/** Retries of a scheduled run while the previous run of its agent is under way; manual ticks follow quickly. */
const TRIES = 10;
const AGAIN_MS = 500;

export interface Agents {
  /** Queues the agents that are due; resolves before their runs. */
  onTick(tick: Tick): Promise<Settlement>;
  readonly endpoints: Endpoint[];
  /** Number of active runs. */
  count(): number;
  /** Ends active runs as failed and stores that. */
  stop(): Promise<void>;
}

export interface AgentsOptions extends Omit<RunOptions, "stopping"> {
  /** Concurrent scheduled runs; as many manual runs beside them. */
  readonly atOnce: number;
}

/** Scheduled and manual runs of agents. Ticks are acknowledged before the runs, so runs do not slow the loop. */
export function createAgents(agentsOptions: AgentsOptions): Agents {
  const { bus, context, now, onFault } = agentsOptions;
  const stopping = new AbortController();
  const options: RunOptions = { ...agentsOptions, stopping: stopping.signal };

  /** Retries by agent. */
  const tries = new Map<string, number>();
  const again = (name: string, iteration: number) => {
    const count = (tries.get(name) ?? 0) + 1;
    tries.set(name, count);
    if (count > TRIES) tries.delete(name);
    else setTimeout(() => pool.add(name, iteration), AGAIN_MS).unref();
  };

  const runScheduled = async (name: string, iteration: number): Promise<void> => {
    try {
      const { hasWork } = workerOf(name);
      if (hasWork && !(await hasWork(bus, context))) return;
      const { outcome } = await startRun(options, context, name, iteration);
      if (outcome.kind === "begun") {
        tries.delete(name);
        await executeRun(options, outcome);
      } else if (outcome.reason === "running") again(name, iteration);
      // Another refusal: another replica runs it, or a limit forbids it.
      else {
        tries.delete(name);
        options.onFailed?.(refusal(outcome));
      }
    } catch (error) {
      // The agent was deleted, or state is unavailable: the run is skipped, since it may have started.
      const isExpected =
        error instanceof VegaError && (error.status === 503 || error.code === "not_found");
      if (!isExpected) onFault(error);
    }
  };
  const pool = createPool(agentsOptions.atOnce, runScheduled);

  let known: { revision: number; calendar: Calendar } | undefined;
  const calendar = async (): Promise<Calendar> => {
    const input = { revision: known?.revision ?? null };
    const { revision, agents: scheduled } = await request(
      bus,
      agents.requests.listSchedules,
      input,
      context,
    );
    if (scheduled || !known) known = { revision, calendar: createCalendar(scheduled ?? []) };
    return known.calendar;
  };

  return {
    async onTick(tick) {
      if (Date.parse(tick.actual_at) < now() - STALE_MS) return "done";
      for (const name of (await calendar()).due(tick)) pool.add(name, tick.iteration);
      return "done";
    },
    endpoints: [
      endpoint(agents.requests.run, async ({ name }, { context: caller }) => {
        const started = Promise.withResolvers<RequestOutput<typeof agents.requests.run>>();
        const isAccepted = pool.now(async () => {
          try {
            // The start is recorded for the caller; the run itself acts as the agent.
            const { sequence, outcome } = await startRun(options, caller, name, null);
            if (outcome.kind === "refused") throw refusal(outcome);
            started.resolve({ sequence, run: outcome.run });
            await executeRun(options, outcome);
          } catch (error) {
            options.onFailed?.(error);
            started.reject(error);
          }
        });
        if (!isAccepted)
          throw VegaError.rateLimited("too many agent runs are active", RETRY_SECONDS);
        return started.promise;
      }),
    ],
    count: pool.underWay,
    async stop() {
      stopping.abort();
      await pool.stop();
    },
  };
}

function refusal({ reason, message }: { reason: string; message: string }): VegaError {
  return new VegaError(reason === "over_budget" ? "budget_exceeded" : "conflict", message);
}
