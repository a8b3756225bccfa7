import { z } from "zod";
import { defineCollection, ownedBySystem } from "../define/collection.ts";
import { jsonObjectSchema } from "../define/json.ts";
import { agentRunSchema } from "./documents.ts";

const agentWorkSchema = z.object({
  agent: agentRunSchema.shape.agent,
  /** The iteration of the run under way. */
  running: z.int().nullable(),
  /** The end of that run's lease. */
  expires_at: z.iso.datetime().nullable(),
  /** The newest iteration with a run: the agent does not run in it or an earlier one again. */
  last_iteration: z.int().nullable(),
  /** See `cursor` of an outcome. */
  cursor: jsonObjectSchema.nullable(),
  /** Tokens that were used on this day, as YYYY-MM-DD of UTC. */
  day: z.string(),
  tokens: z.int(),
  /** Number of runs that are kept. */
  kept: z.int(),
});

export const collections = {
  /** The progress of each agent through its runs, under its name. */
  agent_work: defineCollection({
    schema: agentWorkSchema,
    indexes: [{ field: "expires_at", sparse: true }],
    owner: ownedBySystem,
  }),
  /** `<agent>/<iteration>` */
  agent_runs: defineCollection({ schema: agentRunSchema, indexes: [], owner: ownedBySystem }),
};
