import type { AccountExport, OwnedDocument, Ownership } from "./define/collection.ts";
import type { CollectionName } from "./registry.ts";
import { COLLECTIONS } from "./registry.ts";

/* What the declarations of all collections say of the documents of accounts. */

type Direct = Exclude<Ownership, { kind: "system" } | { kind: "through" }>;
type Through = Extract<Ownership, { kind: "through" }>;

/** A document by collection and id. */
export interface DocumentKey {
  readonly collection: CollectionName;
  readonly id: string;
}

/** A collection with documents that follow from a user's id. */
export interface OwnedCollection {
  readonly collection: CollectionName;
  readonly ownership: Direct;
}

const ownerships = COLLECTIONS.flatMap(({ name, owner }) =>
  [owner].flat().map((ownership) => ({ collection: name, ownership })),
);

const isDirect = (one: (typeof ownerships)[number]): one is OwnedCollection =>
  one.ownership.kind === "id" || one.ownership.kind === "prefix";

/** Collections with documents of accounts, those with one document of an account first. */
export const OWNED_COLLECTIONS: readonly OwnedCollection[] = ownerships
  .filter(isDirect)
  .toSorted((a, b) => a.ownership.kind.localeCompare(b.ownership.kind));

const isThrough = (
  one: (typeof ownerships)[number],
): one is { collection: CollectionName; ownership: Through } => one.ownership.kind === "through";

const throughs = Map.groupBy(ownerships.filter(isThrough), ({ ownership }) => ownership.collection);

/** Whether documents of this collection name documents of the same account in other collections. */
export const namesOwned = (collection: string): boolean => throughs.has(collection);

/** The documents of other collections that a document of an account names as the account's. */
export function ownedThroughDocument(collection: string, document: OwnedDocument): DocumentKey[] {
  const found = throughs.get(collection) ?? [];
  return found.flatMap((one) =>
    one.ownership.ids(document).map((id) => ({ collection: one.collection, id })),
  );
}

/** The id of an account's only document, or what the ids of all its documents start with. */
export const startOfIds = (ownership: Direct, userId: string): string =>
  ownership.kind === "id" ? ownership.id(userId) : ownership.prefix(userId);

/** Whether a document is an account's by its id. */
export const isOwnedBy = (userId: string, { collection, id }: DocumentKey): boolean =>
  OWNED_COLLECTIONS.some(
    (one) =>
      one.collection === collection &&
      (one.ownership.kind === "id"
        ? one.ownership.id(userId) === id
        : id.startsWith(one.ownership.prefix(userId))),
  );

/** What the export of an account has, member by member. */
export const ACCOUNT_EXPORTS: readonly (OwnedCollection & { readonly exported: AccountExport })[] =
  OWNED_COLLECTIONS.flatMap((one) =>
    one.ownership.exported === null ? [] : [{ ...one, exported: one.ownership.exported }],
  );
