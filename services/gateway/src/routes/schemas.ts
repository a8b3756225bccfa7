import {
  AGENT_STATES,
  nameSchema,
  CORE_NAMES,
  CORE_STATUSES,
  MODULE_STATUSES,
  phaseSchema,
} from "@vega/contracts";
import { z } from "zod";

/*
 * What answers look like, for the document. Loose: an import may have brought keys that nobody knows, and
 * they are shown.
 */

/** Text also where it is a number, so that a client may ask whether there is one: 0 would be none. */
export const cursorShape = z.string().nullable();
export const showCursor = (cursor: number | null): string | null => cursor?.toString() ?? null;

export const agentShape = z.looseObject({
  name: z.string(),
  state: z.enum(AGENT_STATES),
  description: z.string(),
});

export const moduleShape = z.looseObject({
  status: z.enum(MODULE_STATUSES),
  description: z.string(),
});

export const modulesShape = z.record(z.string(), moduleShape);

/** A module with what it gates. */
export const moduleWithCapabilityShape = moduleShape.extend({
  capability: z
    .string()
    .nullable()
    .meta({ description: "What is not to be had while it is off; null: it is a label only" }),
});

const coreShape = z.looseObject({
  status: z.enum(CORE_STATUSES),
  power: z.int().min(0).max(100),
  last_update: z.iso.datetime(),
});

export const coresShape = z.record(
  z.enum(CORE_NAMES),
  coreShape.extend({
    missed_iterations: z.int().min(0),
    evidence: z.record(z.string(), z.unknown()),
  }),
);

const phasesShape = z.record(z.string(), z.unknown());

export const loopShape = z.object({
  active: z.boolean(),
  current_phase: phaseSchema,
  iteration: z.int().min(0),
  phases: phasesShape,
  next_at: z.iso.datetime().nullable(),
});

export const statusShape = z.looseObject({
  meta: z.looseObject({
    signature: z.string(),
    vtc_version: z.string(),
    created: z.string(),
    last_update: z.iso.datetime(),
    infinity_loop_iteration: z.int().min(0),
  }),
  alpha_resonance: coreShape,
  omega_resonance: coreShape,
  vega_resonance: coreShape,
  mirror_core: coreShape,
  agents: z.array(agentShape),
  modules: modulesShape,
  infinity_loop: z.looseObject({
    active: z.boolean(),
    current_phase: phaseSchema,
    phases: phasesShape,
  }),
  analytics: z.record(z.string(), z.unknown()),
});

export const nameParams = z.object({ name: nameSchema });

const problemShape = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    error: z.string().meta({ description: "The same as detail" }),
    request_id: z.string(),
    retry_after: z.int().optional().meta({ description: "Seconds; also in Retry-After" }),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ description: "A problem, as RFC 9457 has it" });

/** Every route may answer with a problem. */
export const problemResponse = {
  default: {
    description: "A problem, as RFC 9457 has it",
    content: { "application/problem+json": { schema: problemShape } },
  },
};

/** What a route that is not open to all takes, for the document: any of these. */
export const SIGNED_IN: Record<string, string[]>[] = [{ bearer: [] }, { cookie: [] }];

export const success = z.object({ success: z.literal(true) });
