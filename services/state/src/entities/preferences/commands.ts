import type { JsonObject, Preferences, SharedPreferences } from "@vega/contracts";
import {
  DISTIL_PREFERENCE,
  MAX_PREFERENCES_BYTES,
  preferences,
  preferencesTag,
  preferencesVersion,
  SHARED_PREFERENCES_ID,
} from "@vega/contracts";
import type { Command, Decision } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import {
  distillingRef,
  NO_ACCOUNT,
  preferencesRef,
  readUser,
  userRef,
} from "../users/documents.ts";
import { documentRef, put, remove, subjectOf } from "../../store/document-ref.ts";

export interface PreferencesWrite {
  readonly value: JsonObject;
  /** Tags of which one has to be the present one; undefined: no condition. */
  readonly if_match?: readonly string[] | undefined;
}

export const sharedPreferencesRef = documentRef("shared_preferences", SHARED_PREFERENCES_ID);

/** Replaces the preferences of an account. */
export function decidePutPreferences(
  user_id: string,
  write: PreferencesWrite,
): Command<Preferences> {
  const ref = preferencesRef(user_id);
  const distilling = distillingRef(user_id);
  return {
    reads: [userRef(user_id), ref],
    decide(view, now) {
      if (!readUser(view, user_id)) return refuse("not_found", NO_ACCOUNT);
      const before = view.get(ref);
      const refusal = refusalOf(write, user_id, before);
      if (refusal) return refusal;
      const { value } = write;
      const version = preferencesVersion(before) + 1;
      const stored = { user_id, value, updated_at: now, version };
      const changed = event(preferences.events.changed, subjectOf(ref), { user_id, version }, [
        put(ref, stored),
        value[DISTIL_PREFERENCE] === true ? put(distilling, { user_id }) : remove(distilling),
      ]);
      return accept([changed], stored);
    },
  };
}

/** Replaces the preferences of the whole system. */
export function decidePutSharedPreferences(write: PreferencesWrite): Command<SharedPreferences> {
  const ref = sharedPreferencesRef;
  return {
    reads: [ref],
    decide(view, now) {
      const before = view.get(ref);
      const refusal = refusalOf(write, null, before);
      if (refusal) return refusal;
      const version = preferencesVersion(before) + 1;
      const stored = { value: write.value, updated_at: now, version };
      const changed = event(preferences.events.shared_changed, subjectOf(ref), stored);
      return accept([changed], stored);
    },
  };
}

/** Undefined for a write that may be done. */
function refusalOf(
  { value, if_match }: PreferencesWrite,
  owner: string | null,
  before: Pick<Preferences, "version" | "updated_at"> | undefined,
): Decision<never> | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > MAX_PREFERENCES_BYTES) {
    return refuse("too_large", `preferences may have at most ${MAX_PREFERENCES_BYTES} bytes`, [
      { path: "/value", message: `has ${bytes} bytes as JSON` },
    ]);
  }
  if (if_match && !if_match.includes(preferencesTag(owner, before))) {
    return refuse(
      "precondition_failed",
      `the preferences have version ${preferencesVersion(before)}, which If-Match does not name; read them and repeat the change`,
    );
  }
  return undefined;
}
