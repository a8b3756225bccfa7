import {
  agentSchema,
  apiKeySchema,
  coreSchema,
  errorGroupSchema,
  jsonObjectSchema,
  memoryEntrySchema,
  moduleSchema,
  nameClaimSchema,
  oneTimeTokenSchema,
  preferencesSchema,
  sessionSchema,
  signingKeySchema,
  storedNamespaceSchema,
  userSchema,
} from "@vega/contracts";
import { z } from "zod";

interface CollectionDeclaration {
  readonly schema: z.ZodObject;
  /** Fields that queries look for. Adapters index them. */
  readonly indexes: readonly { field: string; sparse: boolean }[];
}

/**
 * Every collection of documents, its schema and its indexes, for both adapters. Expiry is no TTL index: what a
 * database deletes by itself would be missing from the log.
 */
export const COLLECTIONS = {
  /** `meta`, `loop`, `phases`, `analytics`, `extra`: one document of its own shape each. */
  system_state: { schema: z.looseObject({}), indexes: [] },
  cores: { schema: coreSchema, indexes: [] },
  agents: { schema: agentSchema, indexes: [] },
  modules: { schema: moduleSchema, indexes: [] },
  memory: { schema: memoryEntrySchema, indexes: [{ field: "expires_at", sparse: true }] },
  memory_namespaces: {
    schema: z.object({ namespace: storedNamespaceSchema, schema: jsonObjectSchema }),
    indexes: [],
  },
  users: { schema: userSchema, indexes: [] },
  /** Usernames in use, by their key; an account's email likewise. */
  usernames: { schema: nameClaimSchema, indexes: [] },
  emails: { schema: nameClaimSchema, indexes: [] },
  /** Ids of all administrators that are not disabled: one document, `admins`, so that the last one stays. */
  account_facts: { schema: z.object({ ids: z.array(z.string()) }), indexes: [] },
  sessions: { schema: sessionSchema, indexes: [{ field: "expires_at", sparse: false }] },
  api_keys: { schema: apiKeySchema, indexes: [{ field: "expires_at", sparse: true }] },
  one_time_tokens: {
    schema: oneTimeTokenSchema,
    indexes: [{ field: "expires_at", sparse: false }],
  },
  preferences: { schema: preferencesSchema, indexes: [] },
  signing_keys: { schema: signingKeySchema, indexes: [] },
  errors: { schema: errorGroupSchema, indexes: [] },
  /** Secrets. The log names them by digest only, so nothing that reads the log or the bus sees them. */
  credentials: {
    schema: z.object({ value: jsonObjectSchema }),
    indexes: [],
  },
} as const satisfies Record<string, CollectionDeclaration>;

export type Collection = keyof typeof COLLECTIONS;

export const COLLECTION_NAMES = Object.keys(COLLECTIONS) as Collection[];
