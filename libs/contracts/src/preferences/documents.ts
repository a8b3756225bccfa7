import { z } from "zod";
import { jsonObjectSchema } from "../define/json.ts";
import { userIdSchema } from "../users/user-id.ts";

/** Maximum size of preferences, in UTF-8 bytes of their JSON. */
export const MAX_PREFERENCES_BYTES = 16 * 1024;

const stored = {
  /** As of any earlier version: what clients write is checked by `preferenceValuesSchema`. */
  value: jsonObjectSchema,
  updated_at: z.iso.datetime(),
};

/** Preferences of an account. `version` counts its writes; documents of data format 1 lack it and have version 1. */
export const preferencesSchema = z.object({
  user_id: userIdSchema,
  ...stored,
  version: z.int().min(1).optional(),
});

export type Preferences = z.infer<typeof preferencesSchema>;

/** Preferences of the whole system, which every reader of the system state may see. */
export const sharedPreferencesSchema = z.object({ ...stored, version: z.int().min(1) });

export type SharedPreferences = z.infer<typeof sharedPreferencesSchema>;

/** Id of the only document of `shared_preferences`. */
export const SHARED_PREFERENCES_ID = "shared";

type Versioned = Pick<Preferences, "version" | "updated_at"> | null | undefined;

/** The number of writes until this document; 0 where none exists. */
export const preferencesVersion = (found: Versioned): number => (found ? (found.version ?? 1) : 0);

/**
 * The entity tag of preferences, without quotes. It has the owner, because a browser caches by URL, not by account; and
 * the time, because a restored backup may count the same version again.
 * @param owner null: shared
 */
export const preferencesTag = (owner: string | null, found: Versioned): string => {
  const time = found ? Date.parse(found.updated_at).toString(36) : "0";
  return `${owner ?? SHARED_PREFERENCES_ID}-${preferencesVersion(found)}-${time}`;
};

/** Preference that lets `ae_symbol_agent` read an account's conversations; only `true` counts. */
export const DISTIL_PREFERENCE = "distil_conversations";
