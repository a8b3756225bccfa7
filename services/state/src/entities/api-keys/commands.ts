import type { ApiKey } from "@vega/contracts";
import { apiKeys } from "@vega/contracts";
import type { z } from "zod";
import type { Command } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import {
  apiKeyRef,
  canonicalTime,
  indexRef,
  NO_ACCOUNT,
  putIndex,
  readIndex,
  readUser,
  userRef,
} from "../users/documents.ts";
import { put, subjectOf } from "../../store/document-ref.ts";
import { revokeKey, without } from "../users/owned-records.ts";

/** Keys of one account, at most. */
export const MAX_API_KEYS = 100;

export function decideCreateApiKey({
  key: asked,
}: z.output<typeof apiKeys.requests.createDocument.input>): Command<ApiKey> {
  const { id, user_id, scopes } = asked;
  const expires_at = asked.expires_at === null ? null : canonicalTime(asked.expires_at);
  const ref = apiKeyRef(user_id, id);
  return {
    reads: [userRef(user_id), indexRef(user_id)],
    decide(view, now) {
      if (!readUser(view, user_id)) return refuse("not_found", NO_ACCOUNT);
      const index = readIndex(view, user_id);
      if (index.api_keys.length >= MAX_API_KEYS) {
        return refuse("limit_exceeded", `an account may have at most ${MAX_API_KEYS} keys`);
      }
      const key: ApiKey = { ...asked, expires_at, created_at: now };
      const api_keys = [...index.api_keys.filter((other) => other !== id), id];
      const created = event(
        apiKeys.events.created,
        subjectOf(ref),
        { key_id: id, user_id, scopes, expires_at },
        [put(ref, key), putIndex(user_id, { ...index, api_keys })],
      );
      return accept([created], key);
    },
  };
}

export function decideRevokeApiKey(userId: string, keyId: string): Command<null> {
  return {
    reads: [indexRef(userId)],
    decide(view) {
      const index = readIndex(view, userId);
      if (!index.api_keys.includes(keyId)) return refuse("not_found", "there is no such key");
      const revoked = revokeKey(userId, keyId, "revoked");
      const change = putIndex(userId, without(index, "api_keys", [keyId]));
      return accept([{ ...revoked, sideChanges: [...revoked.sideChanges, change] }], null);
    },
  };
}
