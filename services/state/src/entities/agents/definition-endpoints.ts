import type { AgentDefinition } from "@vega/contracts";
import { BUILT_IN_AGENTS, VegaError, agents as agentsContract, preferences } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { App } from "../../state-context.ts";
import { builtInDefinition } from "./built-in.ts";
import * as define from "./define.ts";
import * as removal from "./remove.ts";
import { noAgent, noDefinition } from "./documents.ts";

/** What agents are to do, and whom they may do it for. */
export function agentDefinitionEndpoints({ store, writer, now }: App): Endpoint[] {
  /** What operators said, and what is built in where they said nothing. */
  const definitions = async (): Promise<AgentDefinition[]> => {
    const said = await store.query("agent_definitions", {});
    const known = new Map(said.map(({ id, body }) => [id, body]));
    const builtIn = BUILT_IN_AGENTS.filter((name) => !known.has(name)).flatMap(
      (name) => builtInDefinition(name, now()) ?? [],
    );
    return [...known.values(), ...builtIn];
  };

  return [
    endpoint(agentsContract.requests.define, async (input, { context, deadline }) => {
      const command = define.defineAgent(input);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, ...result };
    }),
    endpoint(agentsContract.requests.remove, async ({ name }, { context, deadline }) => {
      const command = removal.removeAgent(name);
      const { sequence } = await writer.submit(command, context, deadline);
      return { sequence };
    }),
    endpoint(agentsContract.requests.getDefinition, async ({ name }) => {
      const { sequence } = writer.head();
      const [agent, said] = await Promise.all([
        store.get("agents", name),
        store.get("agent_definitions", name),
      ]);
      if (!agent) throw new VegaError("not_found", noAgent(name));
      const definition = said ?? builtInDefinition(name, now());
      if (!definition) throw new VegaError("not_found", noDefinition(name));
      return { sequence, agent, definition };
    }),
    endpoint(agentsContract.requests.listSchedules, async ({ revision: known }) => {
      const { sequence } = writer.head();
      // Asked with every tick: a look at an index for each, unless something has changed. Read first, so that what
      // comes in between is read again.
      const last = await Promise.all(
        [agentsContract.events.defined, agentsContract.events.removed].map(({ type }) =>
          store.queryLog({ type, limit: 1 }),
        ),
      );
      const revision = Math.max(0, ...last.flat().map(({ sequence: at }) => at));
      if (revision === known) return { sequence, revision, agents: null };
      const agents = (await definitions()).flatMap(({ name, schedule, enabled }) =>
        enabled && schedule !== null ? [{ name, schedule }] : [],
      );
      return { sequence, revision, agents };
    }),
    endpoint(preferences.requests.listDistilling, async ({ after, limit }) => {
      const { sequence } = writer.head();
      const found = await store.query("distilling", { limit, ...(after && { after }) });
      return { sequence, user_ids: found.map(({ id }) => id) };
    }),
  ];
}
