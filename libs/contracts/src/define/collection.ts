import type { z } from "zod";
import type { Json, JsonObject } from "./json.ts";
import type { SearchEntry } from "./search.ts";

/** A field that queries filter by. `sparse`: the index leaves out documents without the field. */
export interface CollectionIndex {
  readonly field: string;
  readonly sparse: boolean;
}

/** A document of an account, as ownership and export see it. */
export interface OwnedDocument<Body = JsonObject> {
  readonly id: string;
  readonly body: Body;
}

/** What the export of an account shows of its documents of one collection. */
export interface AccountExport {
  /** The member of the export. */
  readonly name: string;
  /** Maximum number of documents; `last` takes the highest ids first. */
  readonly limit: number;
  readonly order: "first" | "last";
  /** With more documents than `limit`, the export is refused or cut. */
  readonly beyond: "refuse" | "cut";
  /** Hides secrets. @param now ISO 8601 */
  readonly show: (documents: readonly OwnedDocument[], now: string) => Json;
}

/**
 * The owner of a collection's documents. The erasure of an account removes its documents, and its export shows them.
 * - `system`: no account's.
 * - `id`: one document of an account, under an id that follows from the user's id.
 * - `prefix`: all documents whose ids start with a prefix that follows from the user's id.
 * - `through`: documents that the account's documents of another collection name.
 */
export type Ownership =
  | { readonly kind: "system" }
  | {
      readonly kind: "id";
      readonly id: (userId: string) => string;
      readonly exported: AccountExport | null;
    }
  | {
      readonly kind: "prefix";
      readonly prefix: (userId: string) => string;
      readonly exported: AccountExport | null;
    }
  | {
      readonly kind: "through";
      readonly collection: string;
      readonly ids: (owner: OwnedDocument) => readonly string[];
    };

export const ownedBySystem: Ownership = { kind: "system" };

export const ownedById = (
  id: (userId: string) => string,
  exported: AccountExport | null,
): Ownership => ({ kind: "id", id, exported });

export const ownedByPrefix = (
  prefix: (userId: string) => string,
  exported: AccountExport | null,
): Ownership => ({ kind: "prefix", prefix, exported });

export const ownedThrough = (
  collection: string,
  ids: (owner: OwnedDocument) => readonly string[],
): Ownership => ({ kind: "through", collection, ids });

/** A list of documents without some of their members. */
export const showWithout =
  (...hidden: readonly string[]): AccountExport["show"] =>
  (documents) =>
    documents.map(({ body }) => without(body, hidden));

/** The one document of an account without some of its members; null if the account has no such document. */
export const showOneWithout =
  (...hidden: readonly string[]): AccountExport["show"] =>
  ([document]) =>
    document ? without(document.body, hidden) : null;

const without = (body: JsonObject, hidden: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !hidden.includes(name)));

/** A collection of documents as its entity declares it. */
export interface CollectionDeclaration<Schema extends z.ZodObject = z.ZodObject> {
  readonly schema: Schema;
  readonly indexes: readonly CollectionIndex[];
  /** No default: a collection without an owner does not compile. */
  readonly owner: Ownership | readonly Ownership[];
  /**
   * Digests (SHA-256, hex) of the blobs that a document names. A blob that no current document names is removed; erasure,
   * backup, restore and doctor follow these references. A method: a list of collections has bodies of many shapes.
   */
  blobs?(body: z.output<Schema>): readonly string[];
  /** Makes the collection searchable. Null: a search does not find this document. Pure: the same body, the same entry. */
  // oxlint-disable-next-line typescript/method-signature-style -- a list of collections has bodies of all shapes
  search?(body: z.output<Schema>): SearchEntry | null;
}

export interface CollectionContract<
  Schema extends z.ZodObject = z.ZodObject,
  Name extends string = string,
> extends CollectionDeclaration<Schema> {
  readonly name: Name;
}

/** Declares a collection. Expiry is no TTL index: the log would miss what a database deletes by itself. */
export const defineCollection = <Schema extends z.ZodObject>(
  declaration: CollectionDeclaration<Schema>,
): CollectionDeclaration<Schema> => declaration;
