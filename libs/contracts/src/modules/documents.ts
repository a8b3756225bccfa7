import { z } from "zod";
import { nameSchema } from "../agents/name.ts";
import { jsonObjectSchema } from "../define/json.ts";

/** Keys of the predecessor's file that VEGA gives no meaning to: kept as they are, exported again. */
const extra = jsonObjectSchema.default({});

const time = z.iso.datetime();

export const MODULE_STATUSES = ["active", "inactive"] as const;

export const moduleSchema = z.object({
  name: nameSchema,
  status: z.enum(MODULE_STATUSES),
  description: z.string().max(1_000),
  /** Place in the list, since a set of documents has no order. */
  position: z.int().min(0),
  extra,
  updated_at: time,
});

export type Module = z.infer<typeof moduleSchema>;
