import { z } from "zod";
import { jsonObjectSchema } from "../define/json.ts";

/** Keys of the predecessor's file that VEGA gives no meaning to: kept as they are, exported again. */
const extra = jsonObjectSchema.default({});

const time = z.iso.datetime();

/** The loop's phases in their order; each lasts as many seconds as its name says. */
export const PHASES = [3, 5, 8] as const;

export const phaseSchema = z.union([z.literal(3), z.literal(5), z.literal(8)]);

export const loopSchema = z.object({
  active: z.boolean(),
  phase: phaseSchema,
  iteration: z.int().min(0),
  /** When the current phase is planned to end; null while the loop is stopped. */
  next_at: time.nullable(),
  updated_at: time,
  extra,
});

export type Loop = z.infer<typeof loopSchema>;

export type Phase = z.infer<typeof phaseSchema>;
