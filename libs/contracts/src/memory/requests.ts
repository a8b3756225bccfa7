import { z } from "zod";
import { jsonObjectSchema, jsonSchema } from "../define/json.ts";
import { momentSchema } from "../define/moment.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import {
  memoryEntrySchema,
  memoryKeySchema,
  storedNamespaceSchema,
  ttlSecondsSchema,
} from "./documents.ts";

const address = { namespace: storedNamespaceSchema, key: memoryKeySchema };

export const requests = {
  /** What a namespace held: values that had expired by then are not among it. `too_large`: more than can be sent. */
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

  /** Remembers values of one namespace, all or none: one entry of the log each. */
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

  /** A namespace: what it holds now, its schema and its limits. Bytes are UTF-8 bytes of values as JSON. */
  list: defineRequest({
    subject: "vega.state.memory.list",
    callers: ["gateway", "ai"],
    input: z.object({ namespace: storedNamespaceSchema }),
    output: z.object({
      ...sequenced,
      entries: z.array(memoryEntrySchema),
      schema: jsonObjectSchema.nullable(),
      limits: z.object({ value_bytes: z.int(), keys: z.int(), namespace_bytes: z.int() }),
    }),
    errors: [],
  }),

  /**
   * The values alone, by key, as the text of one JSON object: the predecessor's routes ask for it with every write and
   * pass it on as it is.
   */
  readValues: defineRequest({
    subject: "vega.state.memory.values",
    callers: ["gateway"],
    input: z.object({ namespace: storedNamespaceSchema }),
    output: z.object({ ...sequenced, values_json: z.string() }),
    errors: [],
  }),

  /** Gives a namespace a JSON Schema that every later value must meet, or takes it away. */
  configure: defineRequest({
    subject: "vega.state.memory.configure",
    callers: ["gateway"],
    input: z.object({ namespace: storedNamespaceSchema, schema: jsonObjectSchema.nullable() }),
    output: z.object(sequenced),
    errors: ["invalid", "too_large"],
  }),
};
