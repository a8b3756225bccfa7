import { z } from "zod";
import type { OwnedDocument } from "../define/collection.ts";
import { defineCollection, ownedByPrefix } from "../define/collection.ts";
import type { Json, JsonObject } from "../define/json.ts";
import { jsonObjectSchema } from "../define/json.ts";
import { jsonText } from "../define/json-text.ts";
import { SEARCHED_CHARACTERS } from "../define/search.ts";
import {
  memoryEntrySchema,
  readNamespace,
  storedNamespace,
  storedNamespaceSchema,
} from "./documents.ts";

const namespacesOf = (userId: string): string => storedNamespace(userId, "");

/** Values that have not expired, by namespace and key under the names that the owner gave. */
function showByNamespace(documents: readonly OwnedDocument[], now: string): JsonObject {
  const spaces: { [namespace: string]: { [key: string]: Json } } = {};
  for (const { body } of documents) {
    const { namespace, key, value, expires_at } = memoryEntrySchema.parse(body);
    if (expires_at !== null && expires_at <= now) continue;
    (spaces[readNamespace(namespace).namespace] ??= {})[key] = value;
  }
  return spaces;
}

export const collections = {
  memory: defineCollection({
    schema: memoryEntrySchema,
    indexes: [{ field: "expires_at", sparse: true }],
    owner: ownedByPrefix(namespacesOf, {
      name: "memory",
      // More values exceed one reply in any case: each takes at least 100 bytes.
      limit: 10_000,
      order: "first",
      beyond: "refuse",
      show: showByNamespace,
    }),
    search: ({ namespace, key, value, updated_at }) => ({
      newest: updated_at,
      values: { namespace },
      fields: [
        { text: key, weight: 2 },
        { text: jsonText(value, SEARCHED_CHARACTERS), weight: 1 },
      ],
    }),
  }),
  memory_namespaces: defineCollection({
    schema: z.object({ namespace: storedNamespaceSchema, schema: jsonObjectSchema }),
    indexes: [],
    owner: ownedByPrefix(namespacesOf, null),
  }),
};
