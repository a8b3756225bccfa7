import type { CollectionName, DocumentOf, JsonObject } from "@vega/contracts";
import type { Change } from "./store.ts";

/** Names a document; its collection gives the type of the document's body. */
export interface DocumentRef<Name extends CollectionName = CollectionName> {
  readonly collection: Name;
  readonly id: string;
}

export const documentRef = <Name extends CollectionName>(
  collection: Name,
  id: string,
): DocumentRef<Name> => ({ collection, id });

/** The subject of a log entry about a document. */
export const subjectOf = ({ collection, id }: DocumentRef): string => `${collection}/${id}`;

/** Stores a document. */
export const put = <Name extends CollectionName>(
  { collection, id }: DocumentRef<Name>,
  body: DocumentOf<Name>,
): Change => ({ collection, id, body: body as JsonObject });

/** Deletes a document. */
export const remove = ({ collection, id }: DocumentRef): Change => ({ collection, id, body: null });
