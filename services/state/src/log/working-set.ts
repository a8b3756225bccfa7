import type {
  CollectionName,
  Crystal,
  CrystalDocuments,
  DocumentOf,
  JsonObject,
  MemoryEntry,
} from "@vega/contracts";
import {
  applyChanges,
  CRYSTAL_COLLECTIONS,
  crystalFromDocuments,
  readNamespace as readNamespaceName,
  touchesCrystal,
} from "@vega/contracts";
import type { Command, MemoryIndex, DecisionView } from "./decision.ts";
import type { DocumentRef } from "../store/document-ref.ts";
import { put } from "../store/document-ref.ts";
import type { Change, Store } from "../store/store.ts";

/** Namespaces whose index is kept in memory; the least recently used are evicted. */
const MAX_NAMESPACES = 2_000;

interface MutableIndex {
  schema: JsonObject | null;
  keys: Map<string, { bytes: number; expires_at: string | null }>;
}

/**
 * The state that decisions read, in memory: the crystal, and the indexes of the namespaces in use. `fork` returns a copy
 * that takes a batch's changes; it becomes the working set once the batch is committed, else it is dropped.
 */
export interface WorkingSet extends DecisionView {
  /** The schema of a namespace whose index is in memory, else undefined. */
  schemaOf(namespace: string): JsonObject | null | undefined;
  apply(changes: readonly Change[]): void;
  fork(): WorkingSet;
  /** Drops the indexes of an account's namespaces: the event of an erasure does not list what was erased. */
  forget(owner: string): void;
  /**
   * Reads what a batch of commands reads: indexes that are not in memory yet, and all documents, since events of other
   * replicas do not describe their changes.
   */
  load(reads: Command<unknown>["reads"]): Promise<void>;
}

/** Reads the crystal's documents from the store. */
export async function readCrystalDocuments(store: Store): Promise<CrystalDocuments> {
  const documents: CrystalDocuments = new Map();
  for (const collection of CRYSTAL_COLLECTIONS) {
    for (const { id, body } of await store.query(collection, {})) {
      applyChanges(documents, [put({ collection, id }, body)]);
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
  /** Documents that the commands of the batch read, by collection and id; undefined if missing. */
  loaded: Map<string, unknown>,
): WorkingSet {
  let crystal: Crystal | undefined;
  /** Indexes that this set may write to; the others are shared with the original of the fork. */
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
      if (index) index.schema = (body as DocumentOf<"memory_namespaces"> | null)?.schema ?? null;
    } else if (collection === "memory") {
      const slash = id.indexOf("/");
      const index = writable(id.slice(0, slash));
      const key = id.slice(slash + 1);
      if (body === null) index?.keys.delete(key);
      else index?.keys.set(key, sizeOf(body as DocumentOf<"memory">));
    }
  };

  return {
    crystal: () => (crystal ??= crystalFromDocuments(documents)),
    memoryIndex(name): MemoryIndex {
      const index = namespaces.get(name);
      if (!index) throw new Error(`the index of ${name} was not loaded; list it in the command`);
      return index;
    },
    schemaOf: (name) => namespaces.get(name)?.schema,
    get<Name extends CollectionName>(ref: DocumentRef<Name>) {
      const key = keyOf(ref);
      if (!loaded.has(key)) throw new Error(`${key} was not loaded; list it in the command`);
      return loaded.get(key) as DocumentOf<Name> | undefined;
    },
    apply(changes) {
      const touching = changes.filter((change) => touchesCrystal(change));
      if (touching.length > 0) {
        applyChanges(documents, touching);
        crystal = undefined;
      }
      for (const change of changes) {
        applyToIndex(change);
        if (loaded.has(keyOf(change))) loaded.set(keyOf(change), change.body ?? undefined);
      }
    },
    fork: () => workingSet(store, new Map(documents), new Map(namespaces), new Map(loaded)),
    forget(owner) {
      for (const name of namespaces.keys()) {
        if (readNamespaceName(name).owner === owner) namespaces.delete(name);
      }
    },
    async load(reads) {
      loaded.clear();
      const refs = reads.filter((ref) => "collection" in ref);
      const names = new Set(reads.flatMap((ref) => ("namespace" in ref ? [ref.namespace] : [])));
      const wanted = new Map(refs.map((ref) => [keyOf(ref), ref]));
      await Promise.all(
        Array.from(wanted.values(), async (ref) => {
          loaded.set(keyOf(ref), await store.get(ref.collection, ref.id));
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
    schema: settings?.schema ?? null,
    keys: new Map(entries.map(({ id, body }) => [id.slice(name.length + 1), sizeOf(body)])),
  };
}

const sizeOf = ({ bytes, expires_at }: Pick<MemoryEntry, "bytes" | "expires_at">) => ({
  bytes,
  expires_at,
});
