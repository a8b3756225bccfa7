import type { RequestOutput, Tick } from "@vega/contracts";
import { VegaError, agents as agentsContract } from "@vega/contracts";
import type { Endpoint, Verdict } from "@vega/messaging";
import { endpoint, request } from "@vega/messaging";
import type { Calendar } from "./calendar.ts";
import { createCalendar } from "./calendar.ts";
import { createPool } from "./pool.ts";
import type { RunOptions } from "./run.ts";
import { begin, executeRun, workerOf } from "./run.ts";

/** A tick that is older was missed: who comes back after an absence does not catch up in a burst. */
const STALE_MS = 60_000;
const RETRY_SECONDS = 5;
/** A run before that has not ended yet is waited for, so often and so long between: ticks by hand follow quickly. */
const TRIES = 10;
const AGAIN_MS = 500;

export interface Agents {
  /** Has the agents run that are due; answers as soon as they wait for their turn. */
  onTick(tick: Tick): Promise<Verdict>;
  readonly endpoints: Endpoint[];
  /** Runs under way. */
  count(): number;
  /** Ends what is under way as failed, and says so to state. */
  stop(): Promise<void>;
}

export interface AgentsOptions extends Omit<RunOptions, "stopping"> {
  /** Scheduled runs at once; as many by hand beside them. */
  readonly atOnce: number;
}

/** The agents' work on every iteration. The loop feels nothing of it: ticks are taken over before a run begins. */
export function createAgents(agentsOptions: AgentsOptions): Agents {
  const { bus, context, now, onFault } = agentsOptions;
  const stopping = new AbortController();
  const options: RunOptions = { ...agentsOptions, stopping: stopping.signal };

  /** By agent: how often a run before it was waited for. */
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
      const { outcome } = await begin(options, context, name, iteration);
      if (outcome.kind === "begun") {
        tries.delete(name);
        await executeRun(options, outcome);
      } else if (outcome.reason === "running") again(name, iteration);
      // Refused otherwise: somebody else had it, or it must not.
      else {
        tries.delete(name);
        options.onFailed?.(refusal(outcome));
      }
    } catch (error) {
      // Taken away meanwhile, or state is: then this turn is left out, since it may have been begun.
      const isExpected =
        error instanceof VegaError && (error.status === 503 || error.code === "not_found");
      if (!isExpected) onFault(error);
    }
  };
  const pool = createPool(agentsOptions.atOnce, runScheduled);

  let known: { revision: number; calendar: Calendar } | undefined;
  const calendar = async (): Promise<Calendar> => {
    const asked = { revision: known?.revision ?? null };
    const { revision, agents } = await request(
      bus,
      agentsContract.requests.listSchedules,
      asked,
      context,
    );
    if (agents || !known) known = { revision, calendar: createCalendar(agents ?? []) };
    return known.calendar;
  };

  return {
    async onTick(tick) {
      if (Date.parse(tick.actual_at) < now() - STALE_MS) return "done";
      for (const name of (await calendar()).due(tick)) pool.add(name, tick.iteration);
      return "done";
    },
    endpoints: [
      endpoint(agentsContract.requests.run, async ({ name }, { context: asking }) => {
        const begun = Promise.withResolvers<RequestOutput<typeof agentsContract.requests.run>>();
        const taken = pool.now(async () => {
          try {
            // In the name of who asks; what the run does is the agent's own.
            const { sequence, outcome } = await begin(options, asking, name, null);
            if (outcome.kind === "refused") throw refusal(outcome);
            begun.resolve({ sequence, run: outcome.run });
            await executeRun(options, outcome);
          } catch (error) {
            options.onFailed?.(error);
            begun.reject(error);
          }
        });
        if (!taken) throw VegaError.rateLimited("too many runs are under way", RETRY_SECONDS);
        return begun.promise;
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
