import type { ClientSession, Db, Filter } from "mongodb";
import type { Collection } from "../collections.ts";
import { isWrittenHere } from "../data-format.ts";
import type { SearchPlace } from "../search/cursor.ts";
import { searchCursor, toHit } from "../search/cursor.ts";
import { SEARCHED } from "../search/index-entry.ts";
import type { SearchStep } from "../search/query-plan.ts";
import { planSearch } from "../search/query-plan.ts";
import { INDEX_VERSION } from "../search/version.ts";
import type { SearchHit, SearchPage, SearchQuery, SearchResult } from "../store.ts";
import type { Handle } from "./connect.ts";
import type { StoredDocument } from "./documents.ts";
import { formatOf, fromStoredDocument, toStoredDocument, typedDocument } from "./documents.ts";
import { readStoredHead } from "./snapshot.ts";

/** How far the index of each collection goes. */
const INDEX_VERSIONS = "search_index";
/** Documents that are indexed in one transaction. */
const BATCH = 100;

interface StoredVersion {
  readonly _id: string;
  readonly version: number;
  /** The id up to which documents are indexed; null: all are. */
  readonly up_to: string | null;
}

const versionsOf = (db: Db) => db.collection<StoredVersion>(INDEX_VERSIONS);

/** See `Store.search`. */
export async function search<Name extends Collection>(
  db: Db,
  collection: Name,
  query: SearchQuery,
): Promise<SearchPage<SearchResult<Name>>> {
  const { rows, ...page } = await find(db, collection, query, {});
  const found = rows.map(({ stored, place }) =>
    Object.assign(toHit(place), typedDocument(collection, stored)),
  );
  return { found, ...page };
}

/** See `Store.searchIds`. */
export async function searchIds(
  db: Db,
  collection: Collection,
  query: SearchQuery,
): Promise<SearchPage<SearchHit>> {
  const { rows, ...page } = await find(db, collection, query, { "search.newest": 1 });
  return { found: rows.map(({ place }) => toHit(place)), ...page };
}

/** @param projection of the documents; all of them by default */
async function find(db: Db, collection: Collection, query: SearchQuery, projection: object) {
  const rows: { readonly stored: StoredDocument; readonly place: SearchPlace }[] = [];
  let more = false;
  for (const step of planSearch(query)) {
    const wanted = query.limit - rows.length + 1;
    const documents = await db
      .collection<StoredDocument>(collection)
      .find(toFilter(step), { projection })
      .sort({ "search.newest": -1, _id: 1 })
      .limit(wanted)
      .toArray();
    more = documents.length === wanted;
    for (const stored of documents.slice(0, wanted - 1)) {
      const newest = stored.search?.newest ?? 0;
      rows.push({ stored, place: { weight: step.weight, newest, id: stored._id } });
    }
    if (more) break;
  }
  const version = await versionsOf(db).findOne({ _id: collection });
  const complete = version !== null && version.up_to === null && version.version >= INDEX_VERSION;
  const last = rows.at(-1);
  return { rows, next: more && last ? searchCursor(last.place) : null, complete };
}

/** One key begins so: a range that the index has, as terms and values have no special characters of a range. */
const beginsWith = (key: string): Filter<StoredDocument> => ({
  "search.keys": { $elemMatch: { $gte: key, $lt: `${key}\u{10FFFF}` } },
});

function toFilter({ all, notAll, values, after }: SearchStep): Filter<StoredDocument> {
  const conditions: Filter<StoredDocument>[] = [
    ...values.map((oneOf) => ({ "search.keys": { $in: [...oneOf] } })),
    ...all.map(beginsWith),
    ...(notAll.length > 0 ? [{ $nor: [{ $and: notAll.map(beginsWith) }] }] : []),
  ];
  if (after) {
    const { newest, id } = after;
    conditions.push({
      $or: [{ "search.newest": { $lt: newest } }, { "search.newest": newest, _id: { $gt: id } }],
    });
  }
  // Also where nothing else restricts it: documents without an entry are not found.
  return { "search.newest": { $exists: true }, ...(conditions.length > 0 && { $and: conditions }) };
}

/** Of an empty database, whose index lacks nothing. */
export async function markIndexed(db: Db): Promise<void> {
  for (const name of SEARCHED) {
    const mark = { version: INDEX_VERSION, up_to: null };
    await versionsOf(db).updateOne({ _id: name }, { $setOnInsert: mark }, { upsert: true });
  }
}

/** See `Store.indexOlder`. */
export async function indexOlder({ client, db }: Handle): Promise<"done" | "more" | "waiting"> {
  if (!isWrittenHere(formatOf(await readStoredHead(db)))) return "waiting";
  for (const name of SEARCHED) {
    const mark = await versionsOf(db).findOne({ _id: name });
    const has = mark?.version ?? 0;
    const isBegun = has === INDEX_VERSION;
    if (has > INDEX_VERSION || (isBegun && mark?.up_to === null)) continue;
    const session = client.startSession();
    try {
      // A commit that writes one of these documents meanwhile makes one of the two transactions fail and repeat.
      await session.withTransaction(() =>
        indexAfter(db, session, name, isBegun ? (mark?.up_to ?? "") : ""),
      );
    } finally {
      await session.endSession();
    }
    return "more";
  }
  return "done";
}

async function indexAfter(
  db: Db,
  session: ClientSession,
  name: Collection,
  after: string,
): Promise<void> {
  const documents = db.collection<StoredDocument>(name);
  const found = await documents
    .find({ _id: { $gt: after } }, { session })
    .sort({ _id: 1 })
    .limit(BATCH)
    .toArray();
  const operations = found.map((stored) => {
    const { search: entry } = toStoredDocument(name, fromStoredDocument(name, stored).body);
    const update = entry ? { $set: { search: entry } } : { $unset: { search: "" as const } };
    return { updateOne: { filter: { _id: stored._id }, update } };
  });
  if (operations.length > 0) await documents.bulkWrite(operations, { session });
  const up_to = found.length < BATCH ? null : (found.at(-1)?._id ?? null);
  await versionsOf(db).updateOne(
    { _id: name },
    { $set: { version: INDEX_VERSION, up_to } },
    { upsert: true, session },
  );
}
