import { z } from "zod";
import { jsonObjectSchema } from "../define/json.ts";
import { userIdSchema } from "../users/user-id.ts";

const time = z.iso.datetime();

/** Preferences of a user; VEGA does not interpret the value. */
export const preferencesSchema = z.object({
  user_id: userIdSchema,
  value: jsonObjectSchema,
  updated_at: time,
});

export type Preferences = z.infer<typeof preferencesSchema>;

/** Preference that lets `ae_symbol_agent` read an account's conversations; only `true` counts. */
export const DISTIL_PREFERENCE = "distil_conversations";
