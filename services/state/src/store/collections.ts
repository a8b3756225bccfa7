interface CollectionDeclaration {
  /** Fields that queries look for. Adapters index them. */
  readonly indexes: readonly { field: string; sparse: boolean }[];
}

/**
 * Every collection of documents and its indexes, for both adapters; their shapes are in `schemas.ts`. Expiry is no TTL
 * index: what a database deletes by itself would be missing from the log.
 *
 * SQLite's worker reads this, so nothing is imported here: with the contracts each open took five times as long.
 */
export const COLLECTIONS = {
  /** `meta`, `loop`, `phases`, `analytics`, `extra`: one document of its own shape each. */
  system_state: { indexes: [] },
  cores: { indexes: [] },
  agents: { indexes: [] },
  modules: { indexes: [] },
  agent_definitions: { indexes: [] },
  /** Where each agent stands in its runs, under its name. */
  agent_work: { indexes: [{ field: "expires_at", sparse: true }] },
  /** `<agent>/<iteration>` */
  agent_runs: { indexes: [] },
  /** The newest of each key. */
  alerts: { indexes: [] },
  memory: { indexes: [{ field: "expires_at", sparse: true }] },
  /** Stretches of the log that were thinned out, see `thinnedId`. */
  log_gaps: { indexes: [] },
  memory_namespaces: { indexes: [] },
  users: { indexes: [] },
  /** Usernames in use, by their key; an account's email likewise. */
  usernames: { indexes: [] },
  emails: { indexes: [] },
  /** `admins`: ids of all administrators that are not disabled, so that the last one stays. `erasing`: accounts
   * that are gone and of which something may still be left. */
  account_facts: { indexes: [] },
  /** What belongs to an account, by its id: a decision that ends all of it must not miss what came a moment ago. */
  account_index: { indexes: [] },
  sessions: { indexes: [{ field: "expires_at", sparse: false }] },
  api_keys: { indexes: [{ field: "expires_at", sparse: true }] },
  one_time_tokens: { indexes: [{ field: "expires_at", sparse: false }] },
  preferences: { indexes: [] },
  /** Accounts that let their conversations be distilled, by their ids: preferences would have to be searched. */
  distilling: { indexes: [] },
  signing_keys: { indexes: [] },
  /** Under their owner's key, so that an owner's are found and another's are not. */
  conversations: { indexes: [] },
  /** `<owner>/<updated_at>/<id>`: an owner's conversations in the order of their use. */
  conversation_order: { indexes: [] },
  messages: { indexes: [] },
  /** Of messages that are being answered, under the message's id; small, since each progress writes it anew. */
  message_leases: { indexes: [{ field: "expires_at", sparse: false }] },
  /** Which answer an idempotency key stands for, under its owner's key and its digest. */
  answer_keys: { indexes: [{ field: "expires_at", sparse: false }] },
  /** `<owner>/<day>`, and `system/<day>`: what answers took. */
  usage_days: { indexes: [] },
  /** `<day>/<owner>`: who used something that day. */
  usage_places: { indexes: [] },
  /** `<owner>/<id>`: what calls hold of budgets that are no answers of a conversation. */
  usage_holds: { indexes: [{ field: "expires_at", sparse: false }] },
  /** `<scope>/<id>` */
  budgets: { indexes: [] },
  errors: { indexes: [] },
  /** Secrets. The log names them by digest only, so nothing that reads the log or the bus sees them. */
  credentials: { indexes: [] },
} as const satisfies Record<string, CollectionDeclaration>;

export type Collection = keyof typeof COLLECTIONS;

export const COLLECTION_NAMES = Object.keys(COLLECTIONS) as Collection[];
