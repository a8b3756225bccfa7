import type { Session } from "@vega/contracts";
import { sessions } from "@vega/contracts";
import type { z } from "zod";
import type { Change } from "../../store/store.ts";
import type { Command, NewEvent } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import {
  canonicalTime,
  exists,
  indexRef,
  NO_ACCOUNT,
  putIndex,
  readIndex,
  readSession,
  readUser,
  sessionRef,
  userRef,
} from "../users/documents.ts";
import { put, subjectOf } from "../../store/document-ref.ts";
import { endSession, without } from "../users/owned-records.ts";

/** Maximum of open sessions per account: a script that only logs in must not fill the database. */
export const MAX_SESSIONS = 100;

/** Whether a session, key or token has expired, also before its cleanup. */
export const isOver = (what: { expires_at: string | null }, now: string): boolean =>
  what.expires_at !== null && what.expires_at <= now;

/** Opens a session for a verified login; beyond the maximum the oldest one ends. */
export function decideOpenSession({
  session: asked,
  if_password_of,
}: z.output<typeof sessions.requests.open.input>): Command<Session> {
  const { id, user_id } = asked;
  const ref = sessionRef(user_id, id);
  return {
    reads: [userRef(user_id), indexRef(user_id), ref],
    decide(view, now) {
      const user = readUser(view, user_id);
      if (!user) return refuse("not_found", NO_ACCOUNT);
      if (user.disabled) return refuse("conflict", "this account is disabled");
      if (user.password_changed_at !== if_password_of) {
        return refuse("conflict", "the password has changed meanwhile");
      }
      if (exists(view, ref)) return refuse("conflict", "there is such a session already");
      const session: Session = {
        ...asked,
        expires_at: canonicalTime(asked.expires_at),
        created_at: now,
        last_used_at: now,
        generation: 0,
      };
      const index = readIndex(view, user_id);
      const all = [...index.sessions, id];
      const oldest = all.slice(0, Math.max(0, all.length - MAX_SESSIONS));
      const { expires_at } = session;
      return accept(
        [
          ...oldest.map((one) => endSession(user_id, one, "ended")),
          event(sessions.events.started, subjectOf(ref), { session_id: id, user_id, expires_at }, [
            put(ref, session),
            putIndex(user_id, { ...index, sessions: all.slice(oldest.length) }),
          ]),
        ],
        session,
      );
    },
  };
}

type Rotated = z.output<typeof sessions.requests.rotate.output>["outcome"];

/**
 * Exchanges a refresh token for the next. Reuse of an exchanged token means that two parties have it, so the session
 * ends (RFC 9700, section 4.14.2). The id of a session alone can't end it this way: that takes the secret of the family.
 */
export function decideRotateSession({
  user_id,
  session_id,
  family_hash,
  refresh_hash,
  next_refresh_hash,
}: z.output<typeof sessions.requests.rotate.input>): Command<Rotated> {
  const ref = sessionRef(user_id, session_id);
  return {
    reads: [userRef(user_id), indexRef(user_id), ref],
    decide(view, now) {
      const user = readUser(view, user_id);
      const session = readSession(view, user_id, session_id);
      const unknown = accept([], { kind: "unknown" } as const);
      if (!user || user.disabled || !session || isOver(session, now)) return unknown;
      // The timing of a plain comparison shows at most a matching prefix of the hash. Without preimages of SHA-256 a caller
      // can't choose hashes, so it learns nothing about the secret.
      if (session.family_hash !== family_hash) return unknown;
      if (session.refresh_hash !== refresh_hash) {
        const index = without(readIndex(view, user_id), "sessions", [session_id]);
        const ended = endSession(user_id, session_id, "reuse");
        return accept([attach(ended, putIndex(user_id, index))], { kind: "reused" });
      }
      const next: Session = {
        ...session,
        refresh_hash: next_refresh_hash,
        last_used_at: now,
        generation: session.generation + 1,
      };
      const data = { session_id, user_id, generation: next.generation };
      return accept([event(sessions.events.refreshed, subjectOf(ref), data, [put(ref, next)])], {
        kind: "rotated",
        session: next,
        user,
      });
    },
  };
}

/** Ends sessions of one account: the listed ones, or all except `except`. */
export function decideEndSessions({
  user_id,
  session_ids,
  except,
  reason,
}: z.output<typeof sessions.requests.endDocuments.input>): Command<{ ended: number }> {
  return {
    reads: [indexRef(user_id)],
    decide(view) {
      const index = readIndex(view, user_id);
      const ending = index.sessions.filter(
        (id) => id !== except && (session_ids?.includes(id) ?? true),
      );
      const [first, ...others] = ending.map((id) => endSession(user_id, id, reason));
      if (!first) return accept([], { ended: 0 });
      const change = putIndex(user_id, without(index, "sessions", ending));
      return accept([attach(first, change), ...others], { ended: ending.length });
    },
  };
}

const attach = (to: NewEvent, change: Change): NewEvent => ({
  ...to,
  sideChanges: [...to.sideChanges, change],
});
