import type { AgentRun, RequestContext } from "@vega/contracts";
import { VegaError, agentRunId, agentRuns } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { noAgent } from "../agents/documents.ts";
import {
  MAX_KEPT,
  decideBeginRun,
  decideFinishRun,
  decideMoveRun,
  decideRenewRun,
  decideSweepRuns,
} from "./commands.ts";
import type { AgentWork } from "../../store/collections.ts";

/** Runs that make room for one, so that what is too much goes in the end. */
const ROOM = 2;
/** Runs that one sweep ends at most. */
const SWEEP = 100;
/** The bytes of a page at most: a message on the bus has its limit. */
const PAGE_BYTES = 512 * 1024;

export function agentRunEndpoints({ store, writer, now }: StateContext): Endpoint[] {
  const oldestOf = async ({ agent, kept }: AgentWork): Promise<number[]> => {
    if (kept < MAX_KEPT) return [];
    const found = await store.query("agent_runs", { prefix: `${agent}/`, limit: ROOM });
    return found.map(({ body }) => body.iteration);
  };
  return [
    endpoint(
      agentRuns.requests.begin,
      async ({ agent, iteration, lease_seconds }, { context, deadline }) => {
        const work = await store.get("agent_work", agent);
        const command = decideBeginRun({
          agent,
          iteration,
          leaseMs: lease_seconds * 1_000,
          lost: work?.expires_at != null && work.expires_at <= now() ? work.running : null,
          oldest: work ? await oldestOf(work) : [],
        });
        const { result, sequence } = await writer.submit(command, context, deadline);
        return { sequence, outcome: result };
      },
    ),
    endpoint(agentRuns.requests.move, async ({ agent, iteration, to }, { context, deadline }) => {
      const command = decideMoveRun(agent, iteration, to);
      const { sequence } = await writer.submit(command, context, deadline);
      return { sequence };
    }),
    endpoint(
      agentRuns.requests.renew,
      async ({ agent, iteration, lease_seconds }, { context, deadline }) => {
        const command = decideRenewRun(agent, iteration, lease_seconds * 1_000);
        const { sequence } = await writer.submit(command, context, deadline);
        return { sequence };
      },
    ),
    endpoint(
      agentRuns.requests.finish,
      async ({ agent, iteration, outcome }, { context, deadline }) => {
        const command = decideFinishRun(agent, iteration, outcome);
        const { result, sequence } = await writer.submit(command, context, deadline);
        return { sequence, run: result };
      },
    ),
    endpoint(agentRuns.requests.list, async ({ agent, cursor, limit }) => {
      const { sequence } = writer.head();
      const found = await store.query("agent_runs", {
        prefix: `${agent}/`,
        reverse: true,
        limit: limit + 1,
        ...(cursor != null && { before: agentRunId(agent, cursor) }),
      });
      // Runs of a removed agent remain readable.
      if (found.length === 0 && !(await store.get("agents", agent))) {
        throw new VegaError("not_found", noAgent(agent));
      }
      const page: AgentRun[] = [];
      let bytes = 0;
      for (const { body: run } of found.slice(0, limit)) {
        bytes += JSON.stringify(run).length;
        if (page.length > 0 && bytes > PAGE_BYTES) break;
        page.push(run);
      }
      const last = page.length < found.length ? page.at(-1) : undefined;
      return { sequence, runs: page, next_cursor: last?.iteration ?? null };
    }),
  ];
}

/** Marks runs with an expired lease as failed. They are not repeated. */
export async function sweepExpiredRuns(app: StateContext, context: RequestContext): Promise<void> {
  const over = await app.store.query("agent_work", { expiresUntil: app.now(), limit: SWEEP });
  const proposed = over.flatMap(({ body: { agent, running } }) =>
    running === null ? [] : [{ agent, iteration: running }],
  );
  if (proposed.length > 0) await app.writer.submit(decideSweepRuns(proposed), context);
}
