import {
  AGENT_STATES,
  nameSchema,
  CORE_NAMES,
  CORE_STATUSES,
  MODULE_STATUSES,
  phaseSchema,
} from "@vega/contracts";
import { z } from "zod";
import { component } from "../openapi/components.ts";

/* Shapes of responses for the OpenAPI document. Loose objects: imported documents may have further keys, which are shown. */

/** A string even for numbers, so that a client can test it for truth: 0 is a valid cursor. */
export const cursorShape = z.string().nullable();
export const showCursor = (cursor: number | null): string | null => cursor?.toString() ?? null;

export const agentShape = component(
  "Agent",
  z.looseObject({
    name: z.string(),
    state: z.enum(AGENT_STATES),
    description: z.string(),
  }),
);

const moduleShape = z.looseObject({
  status: z.enum(MODULE_STATUSES),
  description: z.string(),
});

const modulesShape = z.record(z.string(), moduleShape);

export const moduleWithCapabilityShape = component(
  "Module",
  moduleShape.extend({
    capability: z
      .string()
      .nullable()
      .meta({ description: "The feature that is disabled with the module; null: none" }),
  }),
);

const coreShape = component(
  "Core",
  z.looseObject({
    status: z.enum(CORE_STATUSES),
    power: z.int().min(0).max(100),
    last_update: z.iso.datetime(),
  }),
);

export const coresShape = z.record(
  z.enum(CORE_NAMES),
  component(
    "CoreWithEvidence",
    coreShape.extend({
      missed_iterations: z.int().min(0),
      evidence: z.record(z.string(), z.unknown()),
    }),
  ),
);

const phasesShape = z.record(z.string(), z.unknown());

export const loopShape = component(
  "Loop",
  z.object({
    active: z.boolean(),
    current_phase: phaseSchema,
    iteration: z.int().min(0),
    phases: phasesShape,
    next_at: z.iso.datetime().nullable(),
  }),
);

export const statusShape = component(
  "Status",
  z.looseObject({
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
  }),
);

/** @param example the name of one that a fresh system has */
export const nameParams = (example: string) => z.object({ name: nameSchema.meta({ example }) });

/** Path parameter `id`, with an example that no system has. */
export const EXAMPLE_ID = "6b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";
export const idParams = z.object({ id: z.uuid().meta({ example: EXAMPLE_ID }) });

const problemShape = component(
  "Problem",
  z
    .object({
      type: z.string(),
      title: z.string(),
      status: z.int(),
      detail: z.string(),
      code: z.string(),
      error: z.string().meta({ description: "Same as `detail`" }),
      request_id: z.string(),
      retry_after: z
        .int()
        .optional()
        .meta({ description: "Seconds until a retry; also in Retry-After" }),
      errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    })
    .meta({ description: "An error (RFC 9457)" }),
);

/** Every route may respond with an error. */
export const problemResponse = {
  default: {
    description: "An error (RFC 9457)",
    content: { "application/problem+json": { schema: problemShape } },
  },
};

export const success = component("Success", z.object({ success: z.literal(true) }));
