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
import type { Collection } from "./collections.ts";

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

/** The shape of each collection's documents. */
export const SCHEMAS = {
  system_state: z.looseObject({}),
  cores: coreSchema,
  agents: agentSchema,
  modules: moduleSchema,
  agent_definitions: agentDefinitionSchema,
  agent_work: agentWorkSchema,
  agent_runs: agentRunSchema,
  alerts: alertSchema.extend({ raised_at: z.iso.datetime() }),
  memory: memoryEntrySchema,
  log_gaps: thinnedSchema,
  memory_namespaces: z.object({ namespace: storedNamespaceSchema, schema: jsonObjectSchema }),
  users: userSchema,
  usernames: nameClaimSchema,
  emails: nameClaimSchema,
  account_facts: z.object({ ids: z.array(z.string()) }),
  account_index: accountIndexSchema,
  sessions: sessionSchema,
  api_keys: apiKeySchema,
  one_time_tokens: oneTimeTokenSchema,
  preferences: preferencesSchema,
  distilling: z.object({ user_id: z.string() }),
  signing_keys: signingKeySchema,
  conversations: conversationSchema,
  conversation_order: z.object({ conversation_id: z.uuid() }),
  messages: messageSchema,
  message_leases: messageLeaseSchema,
  answer_keys: answerKeySchema,
  usage_days: usageDaySchema,
  usage_places: z.object({ owner: z.string() }),
  usage_holds: usageHoldSchema,
  budgets: budgetSchema,
  errors: errorGroupSchema,
  credentials: z.object({ value: jsonObjectSchema }),
} as const satisfies Record<Collection, z.ZodObject>;
