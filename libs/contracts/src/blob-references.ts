import type { CollectionName } from "./registry.ts";
import { COLLECTIONS } from "./registry.ts";

/* Which blobs the documents of all collections name. */

const naming = new Map(
  COLLECTIONS.flatMap((one) => (one.blobs ? [[one.name as string, one] as const] : [])),
);

/** Collections whose documents may name blobs. */
export const COLLECTIONS_WITH_BLOBS: readonly CollectionName[] = COLLECTIONS.filter(({ name }) =>
  naming.has(name),
).map(({ name }) => name);

/** Digests of the blobs that a document names. */
export const blobsOf = (
  collection: string,
  body: Readonly<Record<string, unknown>>,
): readonly string[] => naming.get(collection)?.blobs?.(body) ?? [];
