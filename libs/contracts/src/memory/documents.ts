import { z } from "zod";
import { jsonSchema } from "../define/json.ts";

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

const OWNED = /^~([0-9a-f-]{36})~(.+)$/;

/** A stored namespace: a shared one by its name, one of a user by the user's id and its name. */
export const storedNamespaceSchema = z
  .string()
  .refine(
    (name) => namespaceSchema.safeParse(OWNED.exec(name)?.[2] ?? name).success,
    "is not a namespace",
  );

/** The stored name of a user's namespace, or of a shared one (owner null). */
export const storedNamespace = (owner: string | null, namespace: string): string =>
  owner === null ? namespace : `~${owner}~${namespace}`;

/** Owner (null: shared) and name of a stored namespace. */
export function readNamespace(stored: string): { owner: string | null; namespace: string } {
  const [, owner, namespace] = OWNED.exec(stored) ?? [];
  return owner && namespace ? { owner, namespace } : { owner: null, namespace: stored };
}

const RESERVED_KEYS = new Set(["__proto__", "constructor", "prototype"]);

export const memoryKeySchema = z
  .string()
  .regex(
    /^[\p{L}\p{N}_](?:[\p{L}\p{N}_ .:@/+-]{0,126}[\p{L}\p{N}_.:@/+-])?$/u,
    "a key is 1 to 128 letters, digits, spaces and _ . : @ / + -, starting with a letter, digit or _ and not ending with a space",
  )
  .refine((key) => !RESERVED_KEYS.has(key), "this key is reserved")
  .meta({ example: "last_topic" });

/** Maximum TTL: ten years. */
export const MAX_TTL_SECONDS = 10 * 365 * 24 * 3600;
export const ttlSecondsSchema = z.number().positive().max(MAX_TTL_SECONDS);

/** One value. Times are ISO 8601; `expires_at: null`: kept until deleted. */
export const memoryEntrySchema = z.object({
  namespace: storedNamespaceSchema,
  key: memoryKeySchema,
  value: jsonSchema,
  expires_at: z.iso.datetime().nullable(),
  updated_at: z.iso.datetime(),
  /** UTF-8 bytes of the value as JSON. */
  bytes: z.int().min(0),
});

export type MemoryEntry = z.infer<typeof memoryEntrySchema>;

/** The id of a memory document: a namespace has no "/", so the first one separates them. */
export const memoryId = (namespace: string, key: string) => `${namespace}/${key}`;
