import { AGENT_STATES, nameSchema, CORE_STATUSES, MODULE_STATUSES } from "@vega/contracts";
import { z } from "zod";

/*
 * The predecessor's file, as strict as it must be to take it over whole: what is there has the right shape; what
 * is unknown is let through (and kept). `vtc_version` 2 only.
 */

const instant = z.string().refine((text) => !Number.isNaN(Date.parse(text)), "must be a time");

const core = z.looseObject({
  status: z.enum(CORE_STATUSES),
  power: z.int().min(0).max(100),
  last_update: instant,
});

const agent = z.looseObject({
  name: nameSchema,
  state: z.enum(AGENT_STATES),
  description: z.string().max(1_000).default(""),
});

const module = z.looseObject({
  status: z.enum(MODULE_STATUSES),
  description: z.string().max(1_000).default(""),
});

export const timeCrystalFileSchema = z.looseObject({
  meta: z.looseObject({
    signature: z.string(),
    vtc_version: z.string().regex(/^2(\.|$)/, "only version 2 of the format can be imported"),
    created: z.string(),
    last_update: z.string().optional(),
    infinity_loop_iteration: z
      .int()
      .min(0)
      .max(Number.MAX_SAFE_INTEGER - 1),
  }),
  alpha_resonance: core,
  omega_resonance: core,
  vega_resonance: core,
  mirror_core: core,
  agents: z
    .array(agent, "must be a list of agents")
    .max(1_000)
    .superRefine((agents, context) => {
      const seen = new Set<string>();
      for (const [index, { name }] of agents.entries()) {
        if (seen.has(name)) {
          context.addIssue({
            code: "custom",
            path: [index, "name"],
            message: `${name} stands in the list already`,
          });
        }
        seen.add(name);
      }
    }),
  modules: z.record(nameSchema, module),
  infinity_loop: z.looseObject({
    active: z.boolean(),
    current_phase: z.union([z.literal(3), z.literal(5), z.literal(8)], "must be 3, 5 or 8"),
    phases: z.record(z.string(), z.unknown()).default({}),
  }),
  analytics: z.record(z.string(), z.unknown()).default({}),
  admin: z.record(z.string(), z.unknown()).optional(),
});

export type TimeCrystalFile = z.infer<typeof timeCrystalFileSchema>;
