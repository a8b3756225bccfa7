import type { DocumentOf, JsonObject } from "@vega/contracts";
import { requestContextSchema } from "@vega/contracts";
import { z } from "zod";
import type { Collection } from "../collections.ts";
import type { DataFormat } from "../data-format.ts";
import { UNMARKED } from "../data-format.ts";
import { indexEntry } from "../search/index-entry.ts";
import type { IndexEntry } from "../search/index-entry.ts";
import type { Document, DocumentIn, Head, LogEntry } from "../store.ts";

/** Names of the collections beside those of documents. */
export const LOG = "log";
export const LOG_HEAD = "log_head";

/**
 * A document lies under `body`, so that its own keys, which may be anything in what was imported, never meet
 * `_id` or the top level, where MongoDB allows no "$".
 */
export interface StoredDocument {
  readonly _id: string;
  readonly body: JsonObject;
  /** Of a document that searches find: its index entry, from its body. */
  readonly search?: IndexEntry;
}

/** `_id` is the entry's id. The sequence has a unique index of its own. */
export type StoredEntry = Omit<LogEntry, "id"> & { readonly _id: string };

/** The only document of its collection: each commit moves it on, so two commits at one sequence collide here. */
export interface StoredHead extends Partial<DataFormat> {
  readonly _id: typeof HEAD_ID;
  readonly sequence: number;
  readonly hash: string;
  readonly log_id: string;
  readonly relayed: number;
}
export const HEAD_ID = "head";

/** Shape of the log's entries, for the database's own validation. */
export const storedEntrySchema = z.object({
  _id: z.string(),
  sequence: z.int().min(1),
  type: z.string(),
  subject: z.string(),
  time: z.iso.datetime(),
  context: requestContextSchema,
  data: z.looseObject({}).nullable(),
  salt: z.string(),
  digest: z.string(),
  previous_hash: z.string(),
  hash: z.string(),
});

export const storedHeadSchema = z.object({
  _id: z.literal(HEAD_ID),
  sequence: z.int().min(1),
  hash: z.string(),
  log_id: z.string(),
  relayed: z.int().min(0),
  written_by: z.int().min(1).optional(),
  min_reader: z.int().min(1).optional(),
});

const toStoredBody = (body: JsonObject): JsonObject => mapKeys(body, escapeKey);

/** What is stored of a document beside its id. */
export function toStoredDocument(
  collection: Collection,
  body: JsonObject,
): Pick<StoredDocument, "body" | "search"> {
  const search = indexEntry(collection, body);
  return { body: toStoredBody(body), ...(search && { search }) };
}

export function fromStoredDocument(collection: Collection, stored: StoredDocument): Document {
  return { collection, id: stored._id, body: mapKeys(stored.body, unescapeKey) };
}

/** The same document with the type of its collection's bodies. */
export const typedDocument = <Name extends Collection>(
  collection: Name,
  stored: StoredDocument,
): DocumentIn<Name> => {
  const { id, body } = fromStoredDocument(collection, stored);
  return { collection, id, body: body as DocumentOf<Name> };
};

export function toStoredEntry({ id, ...entry }: LogEntry): StoredEntry {
  return { _id: id, ...mapKeys(entry, escapeKey) };
}

export function fromStoredEntry({ _id, ...entry }: StoredEntry): LogEntry {
  return { id: _id, ...mapKeys(entry, unescapeKey) };
}

export function fromStoredHead({ sequence, hash, log_id, relayed }: StoredHead): Head {
  return { sequence, hash, logId: log_id, relayed };
}

/** Versions without data formats write no marks, and keep those that are there. */
export const formatOf = (stored: StoredHead | null): DataFormat => ({
  written_by: stored?.written_by ?? UNMARKED.written_by,
  min_reader: stored?.min_reader ?? UNMARKED.min_reader,
});

/** Marks a key that is stored under another name. */
const ESCAPE = "~";

/**
 * Keys that MongoDB or its driver would take for something else get a "~" in front, and so do those that begin
 * with one. `{ $ref, $id }` would come back as a DBRef, servers before 5.0 refuse "$", and an object with `_bsontype`
 * is no object to the driver but a value of that BSON type. Dots and empty keys are fine where nothing is updated by path.
 */
const escapeKey = (key: string) =>
  key.startsWith("$") || key.startsWith(ESCAPE) || key === "_bsontype" ? ESCAPE + key : key;

const unescapeKey = (key: string) => (key.startsWith(ESCAPE) ? key.slice(ESCAPE.length) : key);

/** The same value with other keys, at every depth. */
function mapKeys<Value>(value: Value, map: (key: string) => string): Value {
  const walk = (part: unknown): unknown => {
    if (typeof part !== "object" || part === null) return part;
    if (Array.isArray(part)) return part.map(walk);
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [map(key), walk(item)]));
  };
  return walk(value) as Value;
}
