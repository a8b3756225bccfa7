import type { Change } from "../../store/store.ts";
import type { AccountIndex } from "../../store/collections.ts";
import type { Command, NewEvent, DecisionView } from "../../log/decision.ts";
import { accept } from "../../log/decision.ts";
import {
  apiKeyRef,
  indexRef,
  putIndex,
  readApiKey,
  readIndex,
  readSession,
  readToken,
  sessionRef,
  tokenRef,
} from "./documents.ts";
import { endSession, revokeKey, without } from "./owned-records.ts";
import { expireToken } from "../one-time-tokens/commands.ts";
import { isOver } from "../sessions/commands.ts";

interface Owned {
  readonly user_id: string;
  readonly id: string;
}

/** Candidates for removal: ids with their accounts. */
export interface Proposed {
  readonly sessions: readonly Owned[];
  readonly apiKeys: readonly Owned[];
  /** `id`: the hash. */
  readonly tokens: readonly { readonly user_id: string | null; readonly id: string }[];
}

/** Removes the proposed sessions, keys and tokens that have expired. */
export function decideSweepExpired({
  sessions,
  apiKeys,
  tokens,
}: Proposed): Command<{ removed: number }> {
  const owners = new Set(
    [...sessions, ...apiKeys, ...tokens].flatMap(({ user_id }) => user_id ?? []),
  );
  return {
    reads: [
      ...sessions.map(({ user_id, id }) => sessionRef(user_id, id)),
      ...apiKeys.map(({ user_id, id }) => apiKeyRef(user_id, id)),
      ...tokens.map(({ id }) => tokenRef(id)),
      ...[...owners].map(indexRef),
    ],
    decide(view, now) {
      const indexes = indexesIn(view);
      const events: NewEvent[] = [];
      for (const { user_id, id } of sessions) {
        const session = readSession(view, user_id, id);
        if (!session || !isOver(session, now)) continue;
        events.push(endSession(user_id, id, "expired"));
        indexes.change(user_id, (index) => without(index, "sessions", [id]));
      }
      for (const { user_id, id } of apiKeys) {
        const key = readApiKey(view, user_id, id);
        if (!key || !isOver(key, now)) continue;
        events.push(revokeKey(user_id, id, "expired"));
        indexes.change(user_id, (index) => without(index, "api_keys", [id]));
      }
      for (const { user_id, id } of tokens) {
        const token = readToken(view, id);
        if (!token || !isOver(token, now)) continue;
        events.push(expireToken(id, token));
        if (user_id === null) continue;
        indexes.change(user_id, (index) =>
          index.password_reset === id ? { ...index, password_reset: null } : index,
        );
      }
      const [first, ...others] = events;
      if (!first) return accept([], { removed: 0 });
      const sideChanges = [...first.sideChanges, ...indexes.changes()];
      return accept([{ ...first, sideChanges }, ...others], { removed: events.length });
    },
  };
}

/** Collects several changes of account indexes within one decision. */
function indexesIn(view: DecisionView) {
  const changed = new Map<string, AccountIndex>();
  return {
    change(userId: string, by: (index: AccountIndex) => AccountIndex) {
      changed.set(userId, by(changed.get(userId) ?? readIndex(view, userId)));
    },
    changes: (): Change[] => [...changed].map(([userId, index]) => putIndex(userId, index)),
  };
}
