import type { OneTimeToken, User } from "@vega/contracts";
import { oneTimeTokens } from "@vega/contracts";
import type { z } from "zod";
import type { Command, NewEvent } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import {
  canonicalTime,
  indexRef,
  NO_ACCOUNT,
  putIndex,
  readIndex,
  readUser,
  tokenRef,
  userRef,
} from "../users/documents.ts";
import { put, remove, subjectOf } from "../../store/document-ref.ts";
import { isActiveAdmin } from "../users/indexes.ts";
import { issuerRefs, stampOf } from "../users/security-stamp.ts";

/** Stores an invitation or a password reset link; a user's older link is removed. */
export function decideIssueOneTimeToken({
  hash,
  token: requested,
  issued_by,
}: z.output<typeof oneTimeTokens.requests.issue.input>): Command<null> {
  const userId = requested.purpose === "password_reset" ? requested.user_id : null;
  const issuerId = issued_by ?? undefined;
  return {
    reads: [
      ...issuerRefs(issuerId),
      ...(userId === null ? [] : [userRef(userId), indexRef(userId)]),
    ],
    decide(view, created_at) {
      const issuer = issuerId === undefined ? undefined : readUser(view, issuerId);
      // The gateway admitted the request earlier: the authority may have ended since.
      if (issuerId !== undefined && !(issuer && mayIssue(issuer, userId))) {
        return refuse("forbidden", "this account may not issue such a link");
      }
      const asked = issuer
        ? { ...requested, issued_by: { user_id: issuer.id, security_stamp: stampOf(issuer) } }
        : requested;
      const { purpose } = asked;
      const expires_at = canonicalTime(asked.expires_at);
      if (purpose === "invite") {
        const token: OneTimeToken = { ...asked, user_id: null, expires_at, created_at };
        const data = { purpose, user_id: null, role: token.role, expires_at };
        const issued = event(oneTimeTokens.events.issued, subjectOfToken(token), data, [
          put(tokenRef(hash), token),
        ]);
        return accept([issued], null);
      }
      if (userId === null || !readUser(view, userId)) return refuse("not_found", NO_ACCOUNT);
      const index = readIndex(view, userId);
      const older = index.password_reset;
      const token: OneTimeToken = { ...asked, role: null, expires_at, created_at };
      const data = { purpose, user_id: userId, role: null, expires_at };
      const issued = event(oneTimeTokens.events.issued, subjectOfToken(token), data, [
        ...(older === null ? [] : [remove(tokenRef(older))]),
        put(tokenRef(hash), token),
        putIndex(userId, { ...index, password_reset: hash }),
      ]);
      return accept([issued], null);
    },
  };
}

/** Each account may issue its own reset link; invitations and links for other accounts need an administrator. */
const mayIssue = (issuer: User, userId: string | null): boolean =>
  issuer.id === userId ? !issuer.disabled : isActiveAdmin(issuer);

/** The subject names the account or the purpose: the log must not have even the hash of a secret. */
const subjectOfToken = ({ user_id, purpose }: OneTimeToken): string =>
  user_id === null ? `one_time_tokens/${purpose}` : subjectOf(userRef(user_id));

/** The event of an expired token; the caller updates the account's index. */
export const expireToken = (hash: string, token: OneTimeToken): NewEvent => {
  const { purpose, user_id } = token;
  const data = { purpose, user_id };
  return event(oneTimeTokens.events.expired, subjectOfToken(token), data, [remove(tokenRef(hash))]);
};
