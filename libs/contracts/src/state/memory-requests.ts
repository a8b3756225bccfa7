import { z } from "zod";
import { defineRequest } from "../define.ts";
import { jsonObjectSchema, jsonSchema } from "../json.ts";
import { sequenced } from "../sequenced.ts";
import {
  memoryEntrySchema,
  memoryKeySchema,
  storedNamespaceSchema,
  ttlSecondsSchema,
} from "./memory.ts";

const address = { namespace: storedNamespaceSchema, key: memoryKeySchema };

export const getMemory = defineRequest({
  subject: "vega.state.memory.get",
  input: z.object(address),
  output: z.object({ ...sequenced, entry: memoryEntrySchema }),
  errors: ["not_found"],
});

/** Remembers values of one namespace, all or none: one entry of the log each. */
export const putMemory = defineRequest({
  subject: "vega.state.memory.put",
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
});

export const deleteMemory = defineRequest({
  subject: "vega.state.memory.delete",
  input: z.object(address),
  output: z.object(sequenced),
  errors: ["not_found"],
});

/** A namespace: what it holds now, its schema and its limits. Bytes are UTF-8 bytes of values as JSON. */
export const listMemory = defineRequest({
  subject: "vega.state.memory.list",
  input: z.object({ namespace: storedNamespaceSchema }),
  output: z.object({
    ...sequenced,
    entries: z.array(memoryEntrySchema),
    schema: jsonObjectSchema.nullable(),
    limits: z.object({ value_bytes: z.int(), keys: z.int(), namespace_bytes: z.int() }),
  }),
  errors: [],
});

/**
 * The values alone, by key, as the text of one JSON object: the predecessor's routes ask for it with every write and
 * pass it on as it is.
 */
export const readMemoryValues = defineRequest({
  subject: "vega.state.memory.values",
  input: z.object({ namespace: storedNamespaceSchema }),
  output: z.object({ ...sequenced, values_json: z.string() }),
  errors: [],
});

/** Gives a namespace a JSON Schema that every later value must meet, or takes it away. */
export const configureMemory = defineRequest({
  subject: "vega.state.memory.configure",
  input: z.object({ namespace: storedNamespaceSchema, schema: jsonObjectSchema.nullable() }),
  output: z.object(sequenced),
  errors: ["invalid", "too_large"],
});
