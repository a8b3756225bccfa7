import { z } from "zod";
import { jsonObjectSchema, jsonSchema } from "../define/json.ts";
import { momentSchema } from "../define/moment.ts";
import { defineRequest } from "../define/request.ts";
import { searchCursorSchema } from "../define/search.ts";
import { sequenced } from "../define/sequenced.ts";
import {
  memoryEntrySchema,
  memoryKeySchema,
  namespaceSchema,
  storedNamespaceSchema,
  ttlSecondsSchema,
} from "./documents.ts";

const address = { namespace: storedNamespaceSchema, key: memoryKeySchema };

const namespaceOutput = {
  ...sequenced,
  entries: z.array(memoryEntrySchema),
  schema: jsonObjectSchema.nullable(),
  limits: z.object({ value_bytes: z.int(), keys: z.int(), namespace_bytes: z.int() }),
};

export const requests = {
  /** Values of a namespace as of a moment, without those expired by then. `too_large`: more than one reply can hold. */
  listAt: defineRequest({
    subject: "vega.state.memory.at",
    callers: ["gateway"],
    input: z.object({ namespace: storedNamespaceSchema, moment: momentSchema }),
    output: z.object({
      ...sequenced,
      of: z.object({ sequence: z.int(), time: z.iso.datetime() }),
      entries: z.array(memoryEntrySchema),
    }),
    errors: ["not_found", "too_large"],
  }),

  get: defineRequest({
    subject: "vega.state.memory.get",
    callers: ["gateway"],
    input: z.object(address),
    output: z.object({ ...sequenced, entry: memoryEntrySchema }),
    errors: ["not_found"],
  }),

  /** Names of the namespaces of an owner (null: shared), in their order, that have values or a schema. */
  namespaces: defineRequest({
    subject: "vega.state.memory.namespaces",
    callers: ["gateway"],
    input: z.object({
      owner: z.uuid().nullable(),
      after: namespaceSchema.optional(),
      limit: z.int().min(1).max(500),
    }),
    output: z.object({
      ...sequenced,
      namespaces: z.array(z.object({ namespace: namespaceSchema, has_schema: z.boolean() })),
      /** `after` of the next page; null: this is the last one. */
      next_after: namespaceSchema.nullable(),
    }),
    errors: [],
  }),

  /** Writes values of one namespace, all or none; each is one entry of the log. */
  put: defineRequest({
    subject: "vega.state.memory.put",
    callers: ["gateway", "ai"],
    input: z.object({
      namespace: storedNamespaceSchema,
      values: z
        .array(
          z.object({
            key: memoryKeySchema,
            value: jsonSchema,
            ttl_seconds: ttlSecondsSchema.nullish(),
          }),
        )
        .max(1_000),
    }),
    output: z.object({ ...sequenced, entries: z.array(memoryEntrySchema) }),
    errors: ["invalid", "too_large", "limit_exceeded"],
  }),

  delete: defineRequest({
    subject: "vega.state.memory.delete",
    callers: ["gateway", "ai"],
    input: z.object(address),
    output: z.object(sequenced),
    errors: ["not_found"],
  }),

  /** A namespace: its values, schema and limits. Bytes are UTF-8 bytes of values as JSON. */
  list: defineRequest({
    subject: "vega.state.memory.list",
    callers: ["gateway", "ai"],
    input: z.object({ namespace: storedNamespaceSchema }),
    output: z.object(namespaceOutput),
    errors: [],
  }),

  /**
   * Values of a namespace whose key or value has a word for each word of the text, which begins with it: first those
   * whose key has them all, the newest first. A page ends early where it is large.
   */
  search: defineRequest({
    subject: "vega.state.memory.search",
    callers: ["gateway"],
    input: z.object({
      namespace: storedNamespaceSchema,
      text: z.string().trim().min(1).max(200),
      cursor: searchCursorSchema.nullish(),
      limit: z.int().min(1).max(200).default(50),
    }),
    output: z.object({
      ...namespaceOutput,
      next_cursor: searchCursorSchema.nullable(),
      /** False while values of an older version are still being indexed. */
      complete: z.boolean(),
    }),
    errors: ["invalid"],
  }),

  /**
   * The values by key, as the text of one JSON object: the predecessor's routes respond with it to every write, and
   * forward the text unparsed.
   */
  readValues: defineRequest({
    subject: "vega.state.memory.values",
    callers: ["gateway"],
    input: z.object({ namespace: storedNamespaceSchema }),
    output: z.object({ ...sequenced, values_json: z.string() }),
    errors: [],
  }),

  /** Sets or removes the JSON Schema that later values of a namespace must meet. */
  configure: defineRequest({
    subject: "vega.state.memory.configure",
    callers: ["gateway"],
    input: z.object({ namespace: storedNamespaceSchema, schema: jsonObjectSchema.nullable() }),
    output: z.object(sequenced),
    errors: ["invalid", "too_large"],
  }),
};
