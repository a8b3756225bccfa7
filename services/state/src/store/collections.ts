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

const accountIndexSchema = z.object({
  /** Ids, in the order in which they were opened or made. */
  sessions: z.array(z.string()),
  api_keys: z.array(z.string()),
  /** Id of the link for a new password, where one was made. */
  password_reset: z.string().nullable(),
});
export type AccountIndex = z.infer<typeof accountIndexSchema>;

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
  /** `admins`: ids of all administrators that are not disabled, so that the last one stays. `erasing`: accounts
   * that are gone and of which something may still be left. */
  account_facts: { schema: z.object({ ids: z.array(z.string()) }), indexes: [] },
  /** What belongs to an account, by its id: a decision that ends all of it must not miss what came a moment ago. */
  account_index: { schema: accountIndexSchema, indexes: [] },
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
