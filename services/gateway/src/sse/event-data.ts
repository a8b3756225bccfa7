import type { CloudEvent, EventContract, JsonObject, MessageDelta } from "@vega/contracts";
import {
  agentChanged,
  agentRemoved,
  alertRaised,
  conversationCreated,
  conversationDeleted,
  conversationRenamed,
  conversationSummarized,
  crystalCreated,
  crystalImported,
  crystalRestored,
  loopIterated,
  loopStarted,
  loopStopped,
  memoryChanged,
  memoryConfigured,
  memoryDeleted,
  messageAppended,
  messageCompleted,
  messageProgressed,
  messageStarted,
  moduleChanged,
  readNamespace,
} from "@vega/contracts";
import type { Crystal, Loop } from "@vega/contracts";
import type { z } from "zod";

/** How one event of the log is told to clients. */
interface Mapping {
  readonly eventType: string;
  readonly type: string;
  readonly toData: (data: unknown) => JsonObject;
}

function tell<Data extends z.ZodType>(
  contract: EventContract<Data>,
  type: string,
  toData: (data: z.output<Data>) => JsonObject,
): Mapping {
  return { eventType: contract.type, type, toData: (data) => toData(data as z.output<Data>) };
}

const loopData = ({ loop }: { loop: Loop }): JsonObject => ({
  infinity_loop: {
    active: loop.active,
    current_phase: loop.phase,
    iteration: loop.iteration,
    next_at: loop.next_at,
  },
});

const crystalData = ({ crystal }: { crystal: Crystal }): JsonObject => ({
  iteration: crystal.loop.iteration,
  counts: { agents: crystal.agents.length, modules: crystal.modules.length },
});

const conversationData =
  (change: string) =>
  ({ conversation_id }: { conversation_id: string }): JsonObject => ({ conversation_id, change });

const messageData = (data: { conversation_id: string; message_id: string }) => ({
  conversation_id: data.conversation_id,
  message_id: data.message_id,
});

/** Values of the memory are never told: who may know of a change need not be allowed to read it. */
const MAPPINGS: readonly Mapping[] = [
  tell(loopIterated, "loop_update", ({ loop, cores }) => ({
    iteration: loop.iteration,
    phase: loop.phase,
    cores: Object.fromEntries(cores.map(({ name, status, power }) => [name, { status, power }])),
  })),
  tell(agentChanged, "agent_changed", ({ agent, previous_state, run }) => ({
    agent: { name: agent.name, state: agent.state, description: agent.description },
    previous_state,
    ...(run && { run }),
  })),
  tell(agentRemoved, "agent_changed", ({ name }) => ({ agent: { name }, deleted: true })),
  tell(alertRaised, "alert_raised", ({ raised_by, ...alert }) => ({ alert, raised_by })),
  tell(moduleChanged, "module_changed", ({ module }) => ({
    module: { name: module.name, status: module.status, description: module.description },
  })),
  tell(memoryChanged, "memory_changed", ({ namespace, key, expires_at, updated_at }) => ({
    namespace: readNamespace(namespace).namespace,
    key,
    deleted: false,
    expires_at,
    updated_at,
  })),
  tell(memoryDeleted, "memory_changed", ({ namespace, key, reason }) => ({
    namespace: readNamespace(namespace).namespace,
    key,
    deleted: true,
    reason,
  })),
  tell(memoryConfigured, "memory_configured", ({ namespace }) => ({
    namespace: readNamespace(namespace).namespace,
  })),
  tell(conversationCreated, "conversation_changed", conversationData("created")),
  tell(conversationRenamed, "conversation_changed", conversationData("renamed")),
  tell(conversationSummarized, "conversation_changed", conversationData("summarized")),
  tell(conversationDeleted, "conversation_changed", conversationData("deleted")),
  tell(messageStarted, "message_started", (data) => ({
    ...messageData(data),
    model: data.model,
    provider: data.provider,
  })),
  tell(messageAppended, "message_appended", (data) => ({ ...messageData(data), role: data.role })),
  // Without the text, which the log does not have; `message_delta` has it while it arrives.
  tell(messageProgressed, "message_progressed", (data) => ({
    ...messageData(data),
    text_length: data.text_length,
  })),
  tell(messageCompleted, "message_completed", (data) => ({
    ...messageData(data),
    status: data.status,
    model: data.model,
    provider: data.provider,
    usage: data.usage,
    cost_usd: data.cost_usd,
  })),
  tell(loopStarted, "loop_started", loopData),
  tell(loopStopped, "loop_stopped", loopData),
  tell(crystalImported, "crystal_imported", crystalData),
  tell(crystalRestored, "crystal_restored", (data) => ({ ...crystalData(data), of: data.of })),
  tell(crystalCreated, "crystal_created", crystalData),
];

const byEventType = new Map(MAPPINGS.map((mapping) => [mapping.eventType, mapping]));

/** What is told while it happens and is in no log: an event without an id, which no replay brings again. */
const MESSAGE_DELTA = "message_delta";

/** Every type that `?types=` may name. */
export const SSE_TYPES: readonly string[] = [
  ...new Set([...MAPPINGS.map(({ type }) => type), MESSAGE_DELTA]),
];

/** The SSE type and data of an event of the log. */
export interface SseData {
  readonly type: string;
  readonly data: JsonObject;
  /** The only account that is told, or OPERATORS; null: everybody. */
  readonly owner: string | null;
}

/** No account has this id: what is told to it is told to nobody. */
const NOBODY = "nobody";
/** Nor this one: what is told to it is told to whoever may operate. */
export const OPERATORS = "operators";

/** The account that a memory or a conversation is of; those of no account are for operators, who ask for them. */
function ownerOf(data: unknown): string | null {
  const { namespace, owner } = data as { namespace?: string; owner?: string | null };
  if (owner !== undefined) return owner ?? NOBODY;
  return namespace === undefined ? null : readNamespace(namespace).owner;
}

/** What arrives of an answer, for the account that asked. */
export function deltaData({ owner, ...delta }: MessageDelta): SseData {
  return { type: MESSAGE_DELTA, data: { type: MESSAGE_DELTA, ...delta }, owner: owner ?? NOBODY };
}

/** Undefined for an event that this version does not know, and for one whose content was erased. */
export function toSseData(event: CloudEvent): SseData | undefined {
  const mapping = byEventType.get(event.type);
  if (!mapping || event.data === null) return undefined;
  const { type } = mapping;
  const { sequence, time } = event;
  return {
    type,
    data: { type, ...mapping.toData(event.data), sequence, time },
    // Trouble is for those to know who can do something about it: it may tell an attacker that it was seen.
    owner: event.type === alertRaised.type ? OPERATORS : ownerOf(event.data),
  };
}
