import type { DocumentKey, JsonObject } from "@vega/contracts";
import { blobsOf, OWNED_COLLECTIONS, ownedId, startOfIds } from "@vega/contracts";
import type { MessageLease, UsageHold } from "../../store/collections.ts";
import type { LogEntry, LogFilter, Store } from "../../store/store.ts";
import { hasOrigin, isOfErasure, subjectsOf } from "./residual-data.ts";

/** Entries of the log that are read at once. */
const PAGE = 200;
/** Documents that one round finds, and so one step removes. */
const DOCUMENTS = 5_000;
/** Answers and calls under way that one step ends. */
const LEASES = 50;

/** What is left of an account. */
export interface ResidualData {
  readonly documents: readonly DocumentKey[];
  /** Digests of the blobs that these name. */
  readonly blobs: readonly string[];
  /** Of messages that a model is answering. */
  readonly leases: readonly MessageLease[];
  /** Of other calls under way. */
  readonly holds: readonly UsageHold[];
  /** Sequences of entries about the account. */
  readonly about: readonly number[];
  /** Sequences of other entries that the account caused and that still have their origin. */
  readonly by: readonly number[];
  /** Whether there may be documents, leases or holds beyond these. */
  readonly more: boolean;
}

/** Finds by the declarations of the collections what is left of an account. */
export async function findResidualData(store: Store, userId: string): Promise<ResidualData> {
  const underWay = { prefix: ownedId(userId, ""), limit: LEASES };
  const [leases, holds] = await Promise.all([
    store.query("message_leases", underWay),
    store.query("usage_holds", underWay),
  ]);
  const isUnsettled = leases.length === LEASES || holds.length === LEASES;
  const found = await findDocuments(store, userId, isUnsettled);
  const documents = found.map(({ collection, id }) => ({ collection, id }));
  return {
    documents,
    blobs: found.flatMap(({ collection, body }) => blobsOf(collection, body)),
    leases: leases.map(({ body }) => body),
    holds: holds.map(({ body }) => body),
    ...(await findEntries(store, userId)),
    more: isUnsettled || documents.length >= DOCUMENTS,
  };
}

/** @param isUnsettled to end what is under way reads messages and usage, so those stay until nothing is */
async function findDocuments(
  store: Store,
  userId: string,
  isUnsettled: boolean,
): Promise<(DocumentKey & { readonly body: JsonObject })[]> {
  const found: (DocumentKey & { readonly body: JsonObject })[] = [];
  for (const { collection, ownership } of OWNED_COLLECTIONS) {
    const start = startOfIds(ownership, userId);
    if (ownership.kind === "id") {
      const body = await store.get(collection, start);
      if (body) found.push({ collection, id: start, body: body as JsonObject });
      continue;
    }
    const limit = DOCUMENTS - found.length;
    if (isUnsettled || limit <= 0) break;
    const documents = await store.query(collection, { prefix: start, limit });
    found.push(...documents.map(({ id, body }) => ({ collection, id, body: body as JsonObject })));
  }
  return found;
}

async function findEntries(store: Store, userId: string) {
  const about = new Set<number>();
  for (const subjectPrefix of subjectsOf(userId)) {
    for await (const entry of entries(store, { subjectPrefix })) {
      if (!isOfErasure(entry)) about.add(entry.sequence);
    }
  }
  const by: number[] = [];
  for await (const entry of entries(store, { actor: userId })) {
    if (!about.has(entry.sequence) && hasOrigin(entry)) by.push(entry.sequence);
  }
  return { about: [...about], by };
}

/** All entries that meet a filter, newest first. */
async function* entries(store: Store, filter: Omit<LogFilter, "limit">): AsyncGenerator<LogEntry> {
  let before: number | undefined;
  for (;;) {
    const page = await store.queryLog({ ...filter, ...(before && { before }), limit: PAGE });
    yield* page;
    if (page.length < PAGE) return;
    before = page.at(-1)?.sequence;
  }
}
