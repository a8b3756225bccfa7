import { z } from "zod";
import { nameSchema } from "../agents/name.ts";
import { jsonObjectSchema } from "../define/json.ts";

/** Unknown keys of an imported time_crystal.json: stored and exported unchanged. */
const extra = jsonObjectSchema.default({});

const time = z.iso.datetime();

export const MODULE_STATUSES = ["active", "inactive"] as const;

export const moduleSchema = z.object({
  name: nameSchema,
  status: z.enum(MODULE_STATUSES),
  description: z.string().max(1_000),
  /** Index in lists: documents have no order of their own. */
  position: z.int().min(0),
  extra,
  updated_at: time,
});

export type Module = z.infer<typeof moduleSchema>;
