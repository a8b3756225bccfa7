import { z } from "zod";
import { accountOrEveryone } from "../define/audience.ts";
import { defineEvent } from "../define/event.ts";
import { jsonObjectSchema } from "../define/json.ts";
import {
  memoryEntrySchema,
  memoryId,
  memoryKeySchema,
  readNamespace,
  storedNamespaceSchema,
} from "./documents.ts";

const ofNamespace = accountOrEveryone(
  ({ namespace }: { namespace: string }) => readNamespace(namespace).owner,
);

/** The memory of an account needs `memory`, the shared memory `read`. */
const memoryReads = { account: "memory", everyone: "read" } as const;

export const events = {
  /* SSE events name the changed key, never the value: a route shows it. */
  changed: defineEvent({
    summary: "A value of memory was written",
    data: memoryEntrySchema,
    changes: (entry) => [
      { collection: "memory", id: memoryId(entry.namespace, entry.key), body: entry },
    ],
    audience: ofNamespace,
    requires: memoryReads,
    sse: {
      type: "memory_changed",
      data: ({ namespace, key, expires_at, updated_at }) => ({
        namespace: readNamespace(namespace).namespace,
        key,
        deleted: false,
        expires_at,
        updated_at,
      }),
    },
    describe: ({ namespace, key }) => `remembered ${namespace}/${key}`,
  }),

  deleted: defineEvent({
    summary: "A value of memory was deleted or expired",
    data: z.object({
      namespace: storedNamespaceSchema,
      key: memoryKeySchema,
      reason: z.enum(["deleted", "expired"]),
    }),
    changes: ({ namespace, key }) => [
      { collection: "memory", id: memoryId(namespace, key), body: null },
    ],
    audience: ofNamespace,
    requires: memoryReads,
    sse: {
      type: "memory_changed",
      data: ({ namespace, key, reason }) => ({
        namespace: readNamespace(namespace).namespace,
        key,
        deleted: true,
        reason,
      }),
    },
    describe: ({ namespace, key, reason }) => `forgot ${namespace}/${key} (${reason})`,
  }),

  /** The JSON Schema of a namespace was set or removed (`null`). */
  configured: defineEvent({
    summary: "The JSON Schema of a namespace of memory was set or removed (null)",
    data: z.object({ namespace: storedNamespaceSchema, schema: jsonObjectSchema.nullable() }),
    changes: ({ namespace, schema }) => [
      {
        collection: "memory_namespaces",
        id: namespace,
        body: schema === null ? null : { namespace, schema },
      },
    ],
    audience: ofNamespace,
    requires: memoryReads,
    sse: {
      type: "memory_configured",
      data: ({ namespace }) => ({ namespace: readNamespace(namespace).namespace }),
    },
    describe: ({ namespace }) => `the schema of ${namespace} was changed`,
  }),
};
