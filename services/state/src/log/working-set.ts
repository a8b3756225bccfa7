import type { Crystal, CrystalDocuments, JsonObject } from "@vega/contracts";
import {
  applyChanges,
  CRYSTAL_COLLECTIONS,
  crystalFromDocuments,
  readNamespace as readNamespaceName,
  touchesCrystal,
} from "@vega/contracts";
import type { DocumentRef, NamespaceIndex, View } from "./decision.ts";
import type { Change, Store } from "../store/store.ts";

/** Namespaces whose index is kept in memory; the one unused longest goes first. */
const MAX_NAMESPACES = 2_000;

interface MutableIndex {
  schema: JsonObject | null;
  keys: Map<string, { bytes: number; expires_at: string | null }>;
}

/**
 * What decisions look at, in memory: the crystal, and the indexes of the namespaces in use. `fork` gives a copy
 * that takes a batch's changes; it becomes the working set once the batch is committed, else it is dropped.
 */
export interface WorkingSet extends View {
  /** Of a namespace that is in memory now, else undefined. */
  schemaOf(namespace: string): JsonObject | null | undefined;
  apply(changes: readonly Change[]): void;
  fork(): WorkingSet;
  /** Drops the indexes of an account's namespaces: what another replica erased, its event does not list. */
  forget(owner: string): void;
  /** Reads the namespaces that are not in memory yet, and the documents anew: events do not describe them. */
  ensure(namespaces: Iterable<string>, documents: readonly DocumentRef[]): Promise<void>;
}

/** Reads the crystal's documents from the store. */
export async function readCrystalDocuments(store: Store): Promise<CrystalDocuments> {
  const documents: CrystalDocuments = new Map();
  for (const collection of CRYSTAL_COLLECTIONS) {
    for (const { id, body } of await store.query(collection, {})) {
      applyChanges(documents, [{ collection, id, body }]);
    }
  }
  return documents;
}

export async function loadWorkingSet(store: Store): Promise<WorkingSet> {
  return workingSet(store, await readCrystalDocuments(store), new Map(), new Map());
}

function workingSet(
  store: Store,
  documents: CrystalDocuments,
  namespaces: Map<string, MutableIndex>,
  /** What this batch's commands look at beside it, by collection and id; undefined where there is none. */
  looked: Map<string, JsonObject | undefined>,
): WorkingSet {
  let crystal: Crystal | undefined;
  /** Indexes that this set may write to; the others are shared with the set it was forked from. */
  const own = new Set<string>();

  const writable = (name: string): MutableIndex | undefined => {
    const index = namespaces.get(name);
    if (!index || own.has(name)) return index;
    const copy = { schema: index.schema, keys: new Map(index.keys) };
    namespaces.set(name, copy);
    own.add(name);
    return copy;
  };

  const applyToIndex = ({ collection, id, body }: Change) => {
    if (collection === "memory_namespaces") {
      const index = writable(id);
      if (index) index.schema = (body?.["schema"] as JsonObject | undefined) ?? null;
    } else if (collection === "memory") {
      const slash = id.indexOf("/");
      const index = writable(id.slice(0, slash));
      const key = id.slice(slash + 1);
      if (body === null) index?.keys.delete(key);
      else index?.keys.set(key, sizeOf(body));
    }
  };

  return {
    crystal: () => (crystal ??= crystalFromDocuments(documents)),
    namespace(name): NamespaceIndex {
      const index = namespaces.get(name);
      if (!index) throw new Error(`the namespace ${name} was not loaded; name it in the command`);
      return index;
    },
    schemaOf: (name) => namespaces.get(name)?.schema,
    document(collection, id) {
      const key = keyOf({ collection, id });
      if (!looked.has(key)) throw new Error(`${key} was not loaded; name it in the command`);
      return looked.get(key);
    },
    apply(changes) {
      const touching = changes.filter((change) => touchesCrystal(change));
      if (touching.length > 0) {
        applyChanges(documents, touching);
        crystal = undefined;
      }
      for (const change of changes) {
        applyToIndex(change);
        if (looked.has(keyOf(change))) looked.set(keyOf(change), change.body ?? undefined);
      }
    },
    fork: () => workingSet(store, new Map(documents), new Map(namespaces), new Map(looked)),
    forget(owner) {
      for (const name of namespaces.keys()) {
        if (readNamespaceName(name).owner === owner) namespaces.delete(name);
      }
    },
    async ensure(names, refs) {
      looked.clear();
      const wanted = new Map(refs.map((ref) => [keyOf(ref), ref]));
      await Promise.all(
        Array.from(wanted.values(), async (ref) => {
          looked.set(keyOf(ref), await store.get(ref.collection, ref.id));
        }),
      );
      for (const name of names) {
        const found = namespaces.get(name);
        // Last used, last in the map.
        namespaces.delete(name);
        namespaces.set(name, found ?? (await readNamespace(store, name)));
      }
      for (const oldest of namespaces.keys()) {
        if (namespaces.size <= MAX_NAMESPACES) break;
        namespaces.delete(oldest);
      }
    },
  };
}

const keyOf = ({ collection, id }: DocumentRef) => `${collection}/${id}`;

async function readNamespace(store: Store, name: string): Promise<MutableIndex> {
  const [settings, entries] = await Promise.all([
    store.get("memory_namespaces", name),
    store.query("memory", { prefix: `${name}/` }),
  ]);
  return {
    schema: (settings?.["schema"] as JsonObject | undefined) ?? null,
    keys: new Map(entries.map(({ id, body }) => [id.slice(name.length + 1), sizeOf(body)])),
  };
}

const sizeOf = (body: JsonObject) => ({
  bytes: body["bytes"] as number,
  expires_at: body["expires_at"] as string | null,
});
