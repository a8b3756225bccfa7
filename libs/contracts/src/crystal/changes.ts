import type { Agent } from "../agents/documents.ts";
import type { Visits } from "../analytics/documents.ts";
import { CORE_NAMES } from "./documents.ts";
import type { Core, Crystal, Meta } from "./documents.ts";
import type { DocumentChange } from "../define/document.ts";
import type { JsonObject } from "../define/json.ts";
import type { Loop } from "../loop/documents.ts";
import type { Module } from "../modules/documents.ts";

/*
 * The crystal as documents, and back. The store (after-images of events), the read models (fold of events) and the
 * replay of the log use the same shapes.
 */

const body = (value: object): JsonObject => value as JsonObject;

export const agentChange = (agent: Agent): DocumentChange => ({
  collection: "agents",
  id: agent.name,
  body: body(agent),
});

export const moduleChange = (module: Module): DocumentChange => ({
  collection: "modules",
  id: module.name,
  body: body(module),
});

export const coreChange = (core: Core): DocumentChange => ({
  collection: "cores",
  id: core.name,
  body: body(core),
});

export const loopChange = (loop: Loop): DocumentChange => ({
  collection: "system_state",
  id: "loop",
  body: body(loop),
});

/** The whole crystal as documents. */
export function crystalChanges(crystal: Crystal): DocumentChange[] {
  return [
    { collection: "system_state", id: "meta", body: body(crystal.meta) },
    loopChange(crystal.loop),
    { collection: "system_state", id: "phases", body: { value: crystal.phases } },
    { collection: "system_state", id: "analytics", body: { value: crystal.analytics } },
    { collection: "system_state", id: "extra", body: { value: crystal.extra } },
    ...(crystal.visits
      ? [{ collection: "system_state", id: "visits", body: body(crystal.visits) }]
      : []),
    ...crystal.cores.map(coreChange),
    ...crystal.agents.map(agentChange),
    ...crystal.modules.map(moduleChange),
  ];
}

/** The collections that make up the crystal. */
export const CRYSTAL_COLLECTIONS = ["system_state", "cores", "agents", "modules"] as const;

const CRYSTAL_SET: ReadonlySet<string> = new Set(CRYSTAL_COLLECTIONS);

export function touchesCrystal(change: DocumentChange): boolean {
  return CRYSTAL_SET.has(change.collection);
}

/** Documents of the crystal by collection and id. */
export type CrystalDocuments = Map<string, JsonObject>;

const keyOf = (collection: string, id: string) => `${collection}/${id}`;

/** Folds changes into a set of documents; changes of other collections are ignored. */
export function applyChanges(
  documents: CrystalDocuments,
  changes: readonly DocumentChange[],
): CrystalDocuments {
  for (const change of changes) {
    if (!touchesCrystal(change)) continue;
    const key = keyOf(change.collection, change.id);
    if (change.body === null) documents.delete(key);
    else documents.set(key, change.body);
  }
  return documents;
}

const byPosition = (a: { position: number }, b: { position: number }) => a.position - b.position;

/** The documents of `system_state` by id. */
interface SystemState {
  readonly meta: Meta;
  readonly loop: Loop;
  readonly phases: { readonly value: JsonObject };
  readonly analytics: { readonly value: JsonObject };
  readonly extra: { readonly value: JsonObject };
  readonly visits: Visits;
}

/** The bodies of the crystal's documents by collection. */
interface Bodies {
  readonly system_state: SystemState[keyof SystemState];
  readonly cores: Core;
  readonly agents: Agent;
  readonly modules: Module;
}

/** Assembles the crystal from its documents. Throws Error where one is missing: the store is corrupt then. */
export function crystalFromDocuments(documents: CrystalDocuments): Crystal {
  const one = <Name extends keyof Bodies>(collection: Name, id: string) => {
    const found: unknown = documents.get(keyOf(collection, id));
    if (!found) throw new Error(`the document ${keyOf(collection, id)} is missing`);
    return found as Bodies[Name];
  };
  const many = <Name extends keyof Bodies>(collection: Name) => {
    const ids = [...documents.keys()].filter((key) => key.startsWith(`${collection}/`));
    return ids.map((key) => one(collection, key.slice(collection.length + 1)));
  };
  const state = <Id extends keyof SystemState>(id: Id) =>
    one("system_state", id) as SystemState[Id];
  const visits = documents.get(keyOf("system_state", "visits")) as Visits | undefined;
  return {
    meta: state("meta"),
    loop: state("loop"),
    phases: state("phases").value,
    analytics: state("analytics").value,
    ...(visits && { visits }),
    extra: state("extra").value,
    cores: CORE_NAMES.map((name) => one("cores", name)),
    agents: many("agents").toSorted(byPosition),
    modules: many("modules").toSorted(byPosition),
  };
}
