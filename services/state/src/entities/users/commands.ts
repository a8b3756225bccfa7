import type { User } from "@vega/contracts";
import { users } from "@vega/contracts";
import type { z } from "zod";
import type { Change } from "../../store/store.ts";
import type { Command, DecisionView } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import {
  emailRef,
  exists,
  indexRef,
  NO_ACCOUNT,
  putIndex,
  readIndex,
  readToken,
  readUser,
  tokenRef,
  usernameRef,
  userRef,
} from "./documents.ts";
import { put, remove, subjectOf } from "../../store/document-ref.ts";
import { ADMINS, indexChange, idsOf, isActiveAdmin, isLastAdmin, LAST_ADMIN } from "./indexes.ts";
import { endSession, without } from "./owned-records.ts";
import { isIssuerCurrent, issuerRefs, versionAfter, withStamp } from "./security-stamp.ts";
import { isOver } from "../sessions/commands.ts";

/**
 * Creates an account; its username and email address are checked and claimed in the same decision.
 * @param issuer the account that issued the invitation, if one did
 */
export function decideCreateUser(
  { user: asked, by, invite, only_if_none }: z.output<typeof users.requests.createDocument.input>,
  issuer?: string,
): Command<User> {
  const name = usernameRef(asked.username);
  const email = asked.email === null ? undefined : emailRef(asked.email);
  const invitation = invite == null ? undefined : tokenRef(invite);
  const claims = email ? [name, email] : [name];
  return {
    reads: [
      userRef(asked.id),
      ADMINS,
      ...claims,
      ...(invitation ? [invitation] : []),
      ...issuerRefs(issuer),
    ],
    decide(view, now) {
      if (only_if_none && idsOf(view, ADMINS).length > 0) {
        return refuse("conflict", "there is an administrator already");
      }
      const token = invitation && readToken(view, invitation.id);
      // Checked before the names, which would otherwise show taken ones to callers without an invitation.
      const isValid =
        token?.purpose === "invite" && !isOver(token, now) && isIssuerCurrent(view, token, issuer);
      if (invitation && !isValid) {
        return refuse("not_found", "there is no such invitation, or its time is over");
      }
      if (exists(view, userRef(asked.id)))
        return refuse("conflict", "this account is there already");
      if (exists(view, name)) return refuse("conflict", "this username is taken");
      if (email && exists(view, email)) return refuse("conflict", "this email address is taken");
      const user: User = {
        ...asked,
        role: token?.role ?? asked.role,
        disabled: false,
        created_at: now,
        updated_at: now,
        password_changed_at: now,
      };
      const data = { user_id: user.id, role: user.role, by: invitation ? ("invite" as const) : by };
      const registered = event(users.events.registered, subjectOf(userRef(user.id)), data, [
        put(userRef(user.id), user),
        ...claims.map((claim) => put(claim, { user_id: user.id })),
        ...(invitation ? [remove(invitation)] : []),
        ...indexChange(view, ADMINS, user.id, isActiveAdmin(user)),
      ]);
      return accept([registered], user);
    },
  };
}

const CHANGES = {
  role: "role",
  disabled: "disabled",
  password: "password_changed_at",
  email: "email",
} as const satisfies Record<string, keyof User>;

/**
 * Changes an account. A new password ends all sessions but `keep_session`, disabling ends all. Either of them, and
 * another email address, ends the link for a new password.
 */
export function decideChangeUser({
  id,
  role,
  disabled,
  email,
  password_hash,
  if_password_of,
  keep_session,
}: z.output<typeof users.requests.changeDocument.input>): Command<User> {
  return {
    reads: [userRef(id), indexRef(id), ADMINS, ...(email ? [emailRef(email)] : [])],
    decide(view, now) {
      const user = readUser(view, id);
      if (!user) return refuse("not_found", NO_ACCOUNT);
      if (if_password_of !== undefined && if_password_of !== user.password_changed_at) {
        return refuse("conflict", "the password has changed meanwhile");
      }
      const asked: User = {
        ...user,
        role: role ?? user.role,
        disabled: disabled ?? user.disabled,
        email: email === undefined ? user.email : email,
      };
      const next = password_hash === undefined ? asked : withPassword(asked, password_hash, now);
      if (email && emailOwner(view, email, id) !== id) {
        return refuse("conflict", "this email address is taken");
      }
      if (!isActiveAdmin(next) && isLastAdmin(view, id)) return refuse("conflict", LAST_ADMIN);
      return acceptChange(view, user, { ...next, updated_at: now }, keep_session);
    },
  };
}

export const NO_LINK = "there is no such link, or its time is over";

/**
 * Sets a password by a link that was made for it, which is used up.
 * @param userId the account that the link is for
 * @param issuer the account that issued the link, if one did
 */
export function decideResetPassword(
  token: string,
  userId: string,
  passwordHash: string,
  issuer?: string,
): Command<User> {
  return {
    reads: [tokenRef(token), userRef(userId), indexRef(userId), ADMINS, ...issuerRefs(issuer)],
    decide(view, now) {
      const link = readToken(view, token);
      const user = readUser(view, userId);
      const good = link?.purpose === "password_reset" && link.user_id === userId;
      if (!good || isOver(link, now) || !isIssuerCurrent(view, link, issuer) || !user) {
        return refuse("not_found", NO_LINK);
      }
      const next = { ...withPassword(user, passwordHash, now), updated_at: now };
      return acceptChange(view, user, next);
    },
  };
}

/** Id of the account with an email address; `asking` where the address is free. */
const emailOwner = (view: DecisionView, email: string, asking: string) => {
  return view.get(emailRef(email))?.user_id ?? asking;
};

/** The password's time is its version: no two passwords of an account may share one. */
function withPassword(user: User, password_hash: string, now: string): User {
  const password_changed_at = versionAfter(user.password_changed_at, now);
  return { ...user, password_hash, password_changed_at };
}

function acceptChange(view: DecisionView, user: User, changes: User, keep?: string) {
  const { id } = user;
  const next = withStamp(user, changes);
  const changed = (Object.keys(CHANGES) as (keyof typeof CHANGES)[]).filter(
    (what) => user[CHANGES[what]] !== next[CHANGES[what]],
  );
  if (changed.length === 0) return accept([], user);
  const newPassword = changed.includes("password");
  const index = readIndex(view, id);
  const ending = next.disabled
    ? index.sessions
    : index.sessions.filter((session) => newPassword && session !== keep);
  const isDisabling = changed.includes("disabled") && next.disabled;
  // An intruder may hold the link, or have access to the mailbox of the earlier address.
  const endsLink = newPassword || isDisabling || changed.includes("email");
  const link = endsLink ? index.password_reset : null;
  const left = { ...without(index, "sessions", ending), ...(link && { password_reset: null }) };
  const { role, disabled } = next;
  const sideChanges: Change[] = [
    put(userRef(id), next),
    ...emailChanges(user, next),
    ...indexChange(view, ADMINS, id, isActiveAdmin(next)),
    ...(link ? [remove(tokenRef(link))] : []),
    ...(link || ending.length > 0 ? [putIndex(id, left)] : []),
  ];
  const reason = next.disabled ? "disabled" : "password_changed";
  return accept(
    [
      event(
        users.events.changed,
        subjectOf(userRef(id)),
        { user_id: id, changed, role, disabled },
        sideChanges,
      ),
      ...ending.map((session) => endSession(id, session, reason)),
    ],
    next,
  );
}

/** The new claim after the old one's removal: they may be one document. */
function emailChanges(user: User, next: User): Change[] {
  if (user.email === next.email) return [];
  return [
    ...(user.email === null ? [] : [remove(emailRef(user.email))]),
    ...(next.email === null ? [] : [put(emailRef(next.email), { user_id: user.id })]),
  ];
}
