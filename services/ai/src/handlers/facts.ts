import type { MemoryEntry, RequestContext } from "@vega/contracts";
import { DEFAULT_NAMESPACE, crystal, memory, storedNamespace } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { request } from "@vega/messaging";
import type { FindFacts } from "../providers/local/model.ts";
import type { RecalledEntry } from "../chat/memory.ts";

/** Entries of the shared and of the owner's namespaces with these names. */
export async function readMemory(
  bus: Bus,
  context: RequestContext,
  owner: string | null,
  namespaces: readonly string[],
): Promise<RecalledEntry[]> {
  const stored = namespaces.flatMap((name) => [
    name,
    ...(owner === null ? [] : [storedNamespace(owner, name)]),
  ]);
  const lists = await Promise.all(
    stored.map((namespace) => request(bus, memory.requests.list, { namespace }, context)),
  );
  return lists.flatMap(({ entries }): readonly MemoryEntry[] => entries);
}

/** The facts of `local/echo-analyst`: current state and memory. */
export function factsFrom(bus: Bus, context: RequestContext): FindFacts {
  return async ({ owner = null, recall = true }) => {
    const [{ crystal: current }, entries] = await Promise.all([
      request(bus, crystal.requests.get, {}, context),
      recall ? readMemory(bus, context, owner, [DEFAULT_NAMESPACE]) : undefined,
    ]);
    const { loop, cores, agents, modules } = current;
    return {
      crystal: [
        `The loop is ${loop.active ? "running" : "stopped"}, in phase ${loop.phase}, at iteration ${loop.iteration}.`,
        ...cores.map(({ name, status, power }) => `The core ${name} is ${status}, power ${power}.`),
        `${count(agents, ({ state }) => state === "active")} agents are active.`,
        ...agents.map(({ name, state }) => `The agent ${name} is ${state}.`),
        `${count(modules, ({ status }) => status === "active")} modules are active.`,
        ...modules.map(({ name, status }) => `The module ${name} is ${status}.`),
      ],
      memory: entries,
    };
  };
}

const count = <Item>(items: readonly Item[], is: (item: Item) => boolean) =>
  `${items.filter(is).length} of ${items.length}`;
