import {
  agentDefinitionSchema,
  agentRunSchema,
  agentSchema,
  alertSchema,
  apiKeySchema,
  budgetSchema,
  conversationSchema,
  coreSchema,
  errorGroupSchema,
  jsonObjectSchema,
  messageSchema,
  memoryEntrySchema,
  moduleSchema,
  nameClaimSchema,
  oneTimeTokenSchema,
  preferencesSchema,
  reservationSchema,
  sessionSchema,
  signingKeySchema,
  thinnedSchema,
  storedNamespaceSchema,
  usageDaySchema,
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

const messageLeaseSchema = messageSchema.pick({ owner: true }).extend({
  message_id: messageSchema.shape.id,
  expires_at: z.iso.datetime(),
  /** What is held of budgets until the message ends; absent in those of older versions. */
  reservation: reservationSchema.nullish(),
});
export type MessageLease = z.infer<typeof messageLeaseSchema>;

const usageHoldSchema = z.object({
  owner: messageSchema.shape.owner,
  hold_id: z.uuid(),
  expires_at: z.iso.datetime(),
  reservation: reservationSchema,
});
export type UsageHold = z.infer<typeof usageHoldSchema>;

const answerKeySchema = messageLeaseSchema
  .omit({ reservation: true })
  .extend({ key: z.string(), fingerprint: z.string() });
export type AnswerKey = z.infer<typeof answerKeySchema>;

const agentWorkSchema = z.object({
  agent: agentRunSchema.shape.agent,
  /** The run under way, and until when it may be silent. */
  running: z.int().nullable(),
  expires_at: z.iso.datetime().nullable(),
  /** The newest iteration that it has run in: it runs in none up to that again. */
  last_iteration: z.int().nullable(),
  /** See `cursor` of an outcome. */
  cursor: jsonObjectSchema.nullable(),
  /** Tokens that were used on this day, as YYYY-MM-DD of UTC. */
  day: z.string(),
  tokens: z.int(),
  /** Runs that are kept. */
  kept: z.int(),
});
export type AgentWork = z.infer<typeof agentWorkSchema>;

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
  agent_definitions: { schema: agentDefinitionSchema, indexes: [] },
  /** Where each agent stands in its runs, under its name. */
  agent_work: { schema: agentWorkSchema, indexes: [{ field: "expires_at", sparse: true }] },
  /** `<agent>/<iteration>` */
  agent_runs: { schema: agentRunSchema, indexes: [] },
  /** The newest of each key. */
  alerts: { schema: alertSchema.extend({ raised_at: z.iso.datetime() }), indexes: [] },
  memory: { schema: memoryEntrySchema, indexes: [{ field: "expires_at", sparse: true }] },
  /** Stretches of the log that were thinned out, see `thinnedId`. */
  log_gaps: { schema: thinnedSchema, indexes: [] },
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
  /** Accounts that let their conversations be distilled, by their ids: preferences would have to be searched. */
  distilling: { schema: z.object({ user_id: z.string() }), indexes: [] },
  signing_keys: { schema: signingKeySchema, indexes: [] },
  /** Under their owner's key, so that an owner's are found and another's are not. */
  conversations: { schema: conversationSchema, indexes: [] },
  /** `<owner>/<updated_at>/<id>`: an owner's conversations in the order of their use. */
  conversation_order: { schema: z.object({ conversation_id: z.uuid() }), indexes: [] },
  messages: { schema: messageSchema, indexes: [] },
  /** Of messages that are being answered, under the message's id; small, since each progress writes it anew. */
  message_leases: {
    schema: messageLeaseSchema,
    indexes: [{ field: "expires_at", sparse: false }],
  },
  /** Which answer an idempotency key stands for, under its owner's key and its digest. */
  answer_keys: { schema: answerKeySchema, indexes: [{ field: "expires_at", sparse: false }] },
  /** `<owner>/<day>`, and `system/<day>`: what answers took. */
  usage_days: { schema: usageDaySchema, indexes: [] },
  /** `<day>/<owner>`: who used something that day. */
  usage_places: { schema: z.object({ owner: z.string() }), indexes: [] },
  /** `<owner>/<id>`: what calls hold of budgets that are no answers of a conversation. */
  usage_holds: { schema: usageHoldSchema, indexes: [{ field: "expires_at", sparse: false }] },
  /** `<scope>/<id>` */
  budgets: { schema: budgetSchema, indexes: [] },
  errors: { schema: errorGroupSchema, indexes: [] },
  /** Secrets. The log names them by digest only, so nothing that reads the log or the bus sees them. */
  credentials: {
    schema: z.object({ value: jsonObjectSchema }),
    indexes: [],
  },
} as const satisfies Record<string, CollectionDeclaration>;

export type Collection = keyof typeof COLLECTIONS;

export const COLLECTION_NAMES = Object.keys(COLLECTIONS) as Collection[];
