import { z } from "zod";
import { jsonSchema } from "../json.ts";

/** The namespace that the predecessor's routes read and write. */
export const DEFAULT_NAMESPACE = "default";

export const namespaceSchema = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9_.:@-]{0,63}$/,
    "a namespace is 1 to 64 letters, digits and _ . : @ -, the first a letter or digit",
  )
  .refine((name) => !["constructor", "prototype"].includes(name), "this namespace is reserved")
  .meta({ example: "default" });

const RESERVED_KEYS = new Set(["__proto__", "constructor", "prototype"]);

export const memoryKeySchema = z
  .string()
  .regex(
    /^[\p{L}\p{N}_](?:[\p{L}\p{N}_ .:@/+-]{0,126}[\p{L}\p{N}_.:@/+-])?$/u,
    "a key is 1 to 128 letters, digits, spaces and _ . : @ / + -, starting with a letter, digit or _ and not ending with a space",
  )
  .refine((key) => !RESERVED_KEYS.has(key), "this key is reserved")
  .meta({ example: "last_topic" });

/** Longest life that may be asked for: ten years. */
export const MAX_TTL_SECONDS = 10 * 365 * 24 * 3600;
export const ttlSecondsSchema = z.number().positive().max(MAX_TTL_SECONDS);

/** One remembered value. Times are ISO 8601; `expires_at: null` stays until it is deleted. */
export const memoryEntrySchema = z.object({
  namespace: namespaceSchema,
  key: memoryKeySchema,
  value: jsonSchema,
  expires_at: z.iso.datetime().nullable(),
  updated_at: z.iso.datetime(),
  /** UTF-8 bytes of the value as JSON. */
  bytes: z.int().min(0),
});

export type MemoryEntry = z.infer<typeof memoryEntrySchema>;

/** The id of a memory document: a namespace has no "/", so the first one parts them. */
export const memoryId = (namespace: string, key: string) => `${namespace}/${key}`;
