import { z } from "zod";
import { jsonObjectSchema } from "../define/json.ts";

/** Unknown keys of an imported time_crystal.json: stored and exported unchanged. */
const extra = jsonObjectSchema.default({});

const time = z.iso.datetime();

/** The loop's phases in order, named by their duration in seconds. */
export const PHASES = [3, 5, 8] as const;

export const phaseSchema = z.union([z.literal(3), z.literal(5), z.literal(8)], {
  error: "has to be 3, 5 or 8",
});

export const loopSchema = z.object({
  active: z.boolean(),
  phase: phaseSchema,
  iteration: z.int().min(0),
  /** Planned end of the current phase; null while the loop is stopped. */
  next_at: time.nullable(),
  updated_at: time,
  extra,
});

export type Loop = z.infer<typeof loopSchema>;

export type Phase = z.infer<typeof phaseSchema>;
