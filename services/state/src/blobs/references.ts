import { blobsOf, COLLECTIONS_WITH_BLOBS } from "@vega/contracts";
import type { CollectionName } from "@vega/contracts";
import type { Store } from "../store/store.ts";

/** Documents that are read at once. */
const PAGE = 200;

/**
 * Digests of all blobs that current documents name, each with one of these as `<collection>/<id>`. Documents that change
 * while it reads may be seen before or after.
 */
export async function namedBlobs(
  store: Pick<Store, "query">,
  collections: readonly CollectionName[] = COLLECTIONS_WITH_BLOBS,
): Promise<Map<string, string>> {
  const named = new Map<string, string>();
  for (const collection of collections) {
    for (let after = ""; ;) {
      const page = await store.query(collection, { after, limit: PAGE });
      for (const { id, body } of page) {
        for (const sha256 of blobsOf(collection, body)) named.set(sha256, `${collection}/${id}`);
      }
      const last = page.at(-1);
      if (!last) break;
      after = last.id;
    }
  }
  return named;
}
