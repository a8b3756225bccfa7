import { z } from "zod";
import { jsonObjectSchema } from "../define/json.ts";
import { userIdSchema } from "../users/user-id.ts";

/*
 * Accounts as state keeps them. They lie beside the log, never in it: entries name a person by id only, so that
 * everything personal can be erased. Times are ISO 8601.
 */
const time = z.iso.datetime();

/** What a user has set; the value is theirs. */
export const preferencesSchema = z.object({
  user_id: userIdSchema,
  value: jsonObjectSchema,
  updated_at: time,
});

export type Preferences = z.infer<typeof preferencesSchema>;

/** Name of the preference by which an account lets `ae_symbol_agent` read its conversations; only `true` counts. */
export const DISTIL_PREFERENCE = "distil_conversations";
