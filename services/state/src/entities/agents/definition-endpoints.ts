import type { AgentDefinition } from "@vega/contracts";
import { BUILT_IN_AGENTS, VegaError, agents, preferences } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { builtInDefinition } from "./built-in.ts";
import { decideDefineAgent } from "./define.ts";
import { decideRemoveAgent } from "./remove.ts";
import { noAgent, noDefinition } from "./documents.ts";

/** Definitions of agents, and accounts that allow distilling. */
export function agentDefinitionEndpoints({ store, writer, now }: StateContext): Endpoint[] {
  /** The stored definitions, and defaults of built-in agents without one. */
  const definitions = async (): Promise<AgentDefinition[]> => {
    const stored = await store.query("agent_definitions", {});
    const known = new Map(stored.map(({ id, body }) => [id, body]));
    const builtIn = BUILT_IN_AGENTS.filter((name) => !known.has(name)).flatMap(
      (name) => builtInDefinition(name, now()) ?? [],
    );
    return [...known.values(), ...builtIn];
  };

  return [
    endpoint(agents.requests.define, async (input, { context, deadline }) => {
      const command = decideDefineAgent(input);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, ...result };
    }),
    endpoint(agents.requests.remove, async ({ name }, { context, deadline }) => {
      const command = decideRemoveAgent(name);
      const { sequence } = await writer.submit(command, context, deadline);
      return { sequence };
    }),
    endpoint(agents.requests.getDefinition, async ({ name }) => {
      const { sequence } = writer.head();
      const [agent, stored] = await Promise.all([
        store.get("agents", name),
        store.get("agent_definitions", name),
      ]);
      if (!agent) throw new VegaError("not_found", noAgent(name));
      const definition = stored ?? builtInDefinition(name, now());
      if (!definition) throw new VegaError("not_found", noDefinition(name));
      return { sequence, agent, definition };
    }),
    endpoint(agents.requests.listSchedules, async ({ revision: known }) => {
      const { sequence } = writer.head();
      // Asked with every tick: a look at an index for each, unless something has changed. Read first, so that what
      // comes in between is read again.
      const last = await Promise.all(
        [agents.events.defined, agents.events.removed].map(({ type }) =>
          store.queryLog({ type, limit: 1 }),
        ),
      );
      const revision = Math.max(0, ...last.flat().map(({ sequence: at }) => at));
      if (revision === known) return { sequence, revision, agents: null };
      const scheduled = (await definitions()).flatMap(({ name, schedule, enabled }) =>
        enabled && schedule !== null ? [{ name, schedule }] : [],
      );
      return { sequence, revision, agents: scheduled };
    }),
    endpoint(preferences.requests.listDistilling, async ({ after, limit }) => {
      const { sequence } = writer.head();
      const found = await store.query("distilling", { limit, ...(after && { after }) });
      return { sequence, user_ids: found.map(({ id }) => id) };
    }),
  ];
}
