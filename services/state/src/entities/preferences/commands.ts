import type { JsonObject, Preferences } from "@vega/contracts";
import { DISTIL_PREFERENCE, MAX_PREFERENCES_BYTES, preferences } from "@vega/contracts";
import type { Command } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import {
  distillingRef,
  NO_ACCOUNT,
  preferencesRef,
  readUser,
  userRef,
} from "../users/documents.ts";
import { put, remove, subjectOf } from "../../store/document-ref.ts";

/** Puts a user's preferences in the place of those before. */
export function decidePutPreferences(user_id: string, value: JsonObject): Command<Preferences> {
  const ref = preferencesRef(user_id);
  const distilling = distillingRef(user_id);
  return {
    reads: [userRef(user_id)],
    decide(view, now) {
      if (!readUser(view, user_id)) return refuse("not_found", NO_ACCOUNT);
      const bytes = Buffer.byteLength(JSON.stringify(value));
      if (bytes > MAX_PREFERENCES_BYTES) {
        return refuse("too_large", `preferences may have at most ${MAX_PREFERENCES_BYTES} bytes`, [
          { path: "/value", message: `has ${bytes} bytes as JSON` },
        ]);
      }
      const stored = { user_id, value, updated_at: now };
      const changed = event(preferences.events.changed, subjectOf(ref), { user_id }, [
        put(ref, stored),
        value[DISTIL_PREFERENCE] === true ? put(distilling, { user_id }) : remove(distilling),
      ]);
      return accept([changed], stored);
    },
  };
}
