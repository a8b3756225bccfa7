import { z } from "zod";
import { everyone } from "../audience.ts";
import { defineEvent } from "../define.ts";
import { tickSchema } from "../loop/ticked.ts";
import { agentRunBriefSchema } from "./agents/events.ts";
import {
  agentChange,
  coreChange,
  crystalChanges,
  loopChange,
  moduleChange,
} from "./crystal-changes.ts";
import type { Crystal, Loop } from "./crystal.ts";
import { agentSchema, coreSchema, crystalSchema, loopSchema, moduleSchema } from "./crystal.ts";

const crystalData = ({ crystal }: { crystal: Crystal }) => ({
  iteration: crystal.loop.iteration,
  counts: { agents: crystal.agents.length, modules: crystal.modules.length },
});

const loopData = ({ loop }: { loop: Loop }) => ({
  infinity_loop: {
    active: loop.active,
    current_phase: loop.phase,
    iteration: loop.iteration,
    next_at: loop.next_at,
  },
});

/** The log begins: a fresh system as it was made. */
export const crystalCreated = defineEvent({
  entity: "crystal",
  happened: "created",
  summary: "The system state was made: the first entry of every log",
  data: z.object({ crystal: crystalSchema }),
  changes: ({ crystal }) => crystalChanges(crystal),
  audience: everyone,
  requires: "read",
  sse: { type: "crystal_created", data: crystalData },
  describe: () => "the system was made",
});

/** A predecessor's file took the place of the crystal. */
export const crystalImported = defineEvent({
  entity: "crystal",
  happened: "imported",
  summary: "A time_crystal.json was taken over; what it left out is `removed`",
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
  audience: everyone,
  requires: "read",
  sse: { type: "crystal_imported", data: crystalData },
  describe: () => "a time_crystal.json took the place of the state",
});

/** The crystal, or parts of it, were put back to what they were at an earlier sequence. */
export const crystalRestored = defineEvent({
  entity: "crystal",
  happened: "restored",
  summary: "Parts of the state were put back to what they were at an earlier entry",
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
  audience: everyone,
  requires: "read",
  sse: { type: "crystal_restored", data: (data) => ({ ...crystalData(data), of: data.of }) },
  describe: ({ of, parts }) => `put back to what it was at ${of}: ${parts.join(", ")}`,
});

/** A tick was accepted: the loop has moved on by exactly one iteration, the cores were computed anew. */
export const loopIterated = defineEvent({
  entity: "loop",
  happened: "iterated",
  summary: "An iteration of the Infinity Loop, with the tick and the cores' power after it",
  data: z.object({ tick: tickSchema, loop: loopSchema, cores: z.array(coreSchema) }),
  changes: ({ loop, cores }) => [loopChange(loop), ...cores.map(coreChange)],
  audience: everyone,
  requires: "read",
  sse: {
    type: "loop_update",
    data: ({ loop, cores }) => ({
      iteration: loop.iteration,
      phase: loop.phase,
      cores: Object.fromEntries(cores.map(({ name, status, power }) => [name, { status, power }])),
    }),
  },
  describe: ({ tick }) => `iteration ${tick.iteration}, phase ${tick.phase}`,
});

const loopState = z.object({ loop: loopSchema });

export const loopStarted = defineEvent({
  entity: "loop",
  happened: "started",
  summary: "The loop was started",
  data: loopState,
  changes: ({ loop }) => [loopChange(loop)],
  audience: everyone,
  requires: "read",
  sse: { type: "loop_started", data: loopData },
  describe: () => "the loop was started",
});

export const loopStopped = defineEvent({
  entity: "loop",
  happened: "stopped",
  summary: "The loop was stopped",
  data: loopState,
  changes: ({ loop }) => [loopChange(loop)],
  audience: everyone,
  requires: "read",
  sse: { type: "loop_stopped", data: loopData },
  describe: () => "the loop was stopped",
});

export const agentChanged = defineEvent({
  entity: "agent",
  happened: "changed",
  summary: "An agent has another state or other values; with `run` it is about a run of it",
  data: z.object({
    agent: agentSchema,
    previous_state: agentSchema.shape.state.nullable(),
    /** The run that it changed by; absent: somebody said so. */
    run: agentRunBriefSchema.optional(),
  }),
  changes: ({ agent }) => [agentChange(agent)],
  audience: everyone,
  requires: "read",
  sse: {
    type: "agent_changed",
    data: ({ agent, previous_state, run }) => ({
      agent: { name: agent.name, state: agent.state, description: agent.description },
      previous_state,
      ...(run && { run }),
    }),
  },
  describe: ({ agent, previous_state }) =>
    `agent ${agent.name}: ${previous_state ?? "new"} → ${agent.state}`,
});

export const moduleChanged = defineEvent({
  entity: "module",
  happened: "changed",
  summary: "A module was turned on or off",
  data: z.object({ module: moduleSchema }),
  changes: ({ module }) => [moduleChange(module)],
  audience: everyone,
  requires: "read",
  sse: {
    type: "module_changed",
    data: ({ module }) => ({
      module: { name: module.name, status: module.status, description: module.description },
    }),
  },
  describe: ({ module }) => `module ${module.name} is ${module.status}`,
});
