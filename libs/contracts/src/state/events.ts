import { z } from "zod";
import { defineEvent } from "../define.ts";
import { jsonObjectSchema } from "../json.ts";
import { tickSchema } from "../loop/ticked.ts";
import { ACCOUNT_EVENTS } from "./accounts/events.ts";
import {
  agentDefined,
  agentRemoved,
  agentRunBriefSchema,
  agentRunEnded,
  agentRunRenewed,
} from "./agents/events.ts";
import { alertRaised } from "./alerts.ts";
import { CONVERSATION_EVENTS } from "./conversations/events.ts";
import {
  agentChange,
  coreChange,
  crystalChanges,
  loopChange,
  moduleChange,
} from "./crystal-changes.ts";
import { errorSeen } from "./errors-seen.ts";
import { agentSchema, coreSchema, crystalSchema, loopSchema, moduleSchema } from "./crystal.ts";
import { logThinned } from "./log-gaps.ts";
import { memoryEntrySchema, memoryId, memoryKeySchema, storedNamespaceSchema } from "./memory.ts";
import { USAGE_EVENTS } from "./usage/events.ts";

/** The log begins: a fresh system as it was made. */
export const crystalCreated = defineEvent({
  entity: "crystal",
  happened: "created",
  data: z.object({ crystal: crystalSchema }),
  changes: ({ crystal }) => crystalChanges(crystal),
});

/** A predecessor's file took the place of the crystal. */
export const crystalImported = defineEvent({
  entity: "crystal",
  happened: "imported",
  data: z.object({
    crystal: crystalSchema,
    /** Agents and modules that were there before and are not in the file. */
    removed: z.object({ agents: z.array(z.string()), modules: z.array(z.string()) }),
    /** Paths in the file that were not taken over. */
    refused: z.array(z.string()),
  }),
  changes: ({ crystal, removed }) => [
    ...removed.agents.map((id) => ({ collection: "agents" as const, id, body: null })),
    ...removed.modules.map((id) => ({ collection: "modules" as const, id, body: null })),
    ...crystalChanges(crystal),
  ],
});

/** The crystal, or parts of it, were put back to what they were at an earlier sequence. */
export const crystalRestored = defineEvent({
  entity: "crystal",
  happened: "restored",
  data: z.object({
    /** The sequence whose state was taken. */
    of: z.int().min(1),
    parts: z.array(z.string()),
    crystal: crystalSchema,
    /** Agents and modules that were there before and are no more. */
    removed: z.object({ agents: z.array(z.string()), modules: z.array(z.string()) }),
  }),
  changes: ({ crystal, removed }) => [
    ...removed.agents.map((id) => ({ collection: "agents" as const, id, body: null })),
    ...removed.modules.map((id) => ({ collection: "modules" as const, id, body: null })),
    ...crystalChanges(crystal),
  ],
});

/** A tick was accepted: the loop has moved on by exactly one iteration, the cores were computed anew. */
export const loopIterated = defineEvent({
  entity: "loop",
  happened: "iterated",
  data: z.object({ tick: tickSchema, loop: loopSchema, cores: z.array(coreSchema) }),
  changes: ({ loop, cores }) => [loopChange(loop), ...cores.map(coreChange)],
});

const loopState = z.object({ loop: loopSchema });

export const loopStarted = defineEvent({
  entity: "loop",
  happened: "started",
  data: loopState,
  changes: ({ loop }) => [loopChange(loop)],
});

export const loopStopped = defineEvent({
  entity: "loop",
  happened: "stopped",
  data: loopState,
  changes: ({ loop }) => [loopChange(loop)],
});

export const agentChanged = defineEvent({
  entity: "agent",
  happened: "changed",
  data: z.object({
    agent: agentSchema,
    previous_state: agentSchema.shape.state.nullable(),
    /** The run that it changed by; absent: somebody said so. */
    run: agentRunBriefSchema.optional(),
  }),
  changes: ({ agent }) => [agentChange(agent)],
});

export const moduleChanged = defineEvent({
  entity: "module",
  happened: "changed",
  data: z.object({ module: moduleSchema }),
  changes: ({ module }) => [moduleChange(module)],
});

export const memoryChanged = defineEvent({
  entity: "memory",
  happened: "changed",
  data: memoryEntrySchema,
  changes: (entry) => [
    { collection: "memory", id: memoryId(entry.namespace, entry.key), body: entry },
  ],
});

export const memoryDeleted = defineEvent({
  entity: "memory",
  happened: "deleted",
  data: z.object({
    namespace: storedNamespaceSchema,
    key: memoryKeySchema,
    reason: z.enum(["deleted", "expired"]),
  }),
  changes: ({ namespace, key }) => [
    { collection: "memory", id: memoryId(namespace, key), body: null },
  ],
});

/** A namespace got a JSON Schema for its values, or lost it (`null`). */
export const memoryConfigured = defineEvent({
  entity: "memory",
  happened: "configured",
  data: z.object({ namespace: storedNamespaceSchema, schema: jsonObjectSchema.nullable() }),
  changes: ({ namespace, schema }) => [
    {
      collection: "memory_namespaces",
      id: namespace,
      body: schema === null ? null : { namespace, schema },
    },
  ],
});

/** Every event of the log by its type. */
export const LOG_EVENTS = [
  crystalCreated,
  crystalImported,
  crystalRestored,
  loopIterated,
  loopStarted,
  loopStopped,
  agentChanged,
  moduleChanged,
  memoryChanged,
  memoryDeleted,
  memoryConfigured,
  ...ACCOUNT_EVENTS,
  ...CONVERSATION_EVENTS,
  ...USAGE_EVENTS,
  agentDefined,
  agentRemoved,
  agentRunRenewed,
  agentRunEnded,
  alertRaised,
  errorSeen,
  logThinned,
] as const;
