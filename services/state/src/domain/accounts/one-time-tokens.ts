import type { issueOneTimeToken as issueContract, OneTimeToken } from "@vega/contracts";
import { oneTimeTokenExpired, oneTimeTokenIssued } from "@vega/contracts";
import type { z } from "zod";
import type { Command, NewEvent } from "../decision.ts";
import { accept, event, refuse } from "../decision.ts";
import {
  canonicalTime,
  indexRef,
  NO_ACCOUNT,
  put,
  putIndex,
  readIndex,
  readUser,
  remove,
  subjectOf,
  tokenRef,
  userRef,
} from "./documents.ts";

/** Keeps an invitation or a link for a new password; a user's older link is removed. */
export function issueOneTimeToken({
  hash,
  token: asked,
}: z.output<typeof issueContract.input>): Command<null> {
  const userId = asked.purpose === "password_reset" ? asked.user_id : null;
  return {
    namespaces: [],
    documents: userId === null ? [] : [userRef(userId), indexRef(userId)],
    decide(view, created_at) {
      const { purpose } = asked;
      const expires_at = canonicalTime(asked.expires_at);
      if (purpose === "invite") {
        const token: OneTimeToken = { ...asked, user_id: null, expires_at, created_at };
        const data = { purpose, user_id: null, role: token.role, expires_at };
        const issued = event(oneTimeTokenIssued, subjectOfToken(token), data, [
          put(tokenRef(hash), token),
        ]);
        return accept([issued], null);
      }
      if (userId === null || !readUser(view, userId)) return refuse("not_found", NO_ACCOUNT);
      const index = readIndex(view, userId);
      const older = index.password_reset;
      const token: OneTimeToken = { ...asked, role: null, expires_at, created_at };
      const data = { purpose, user_id: userId, role: null, expires_at };
      const issued = event(oneTimeTokenIssued, subjectOfToken(token), data, [
        ...(older === null ? [] : [remove(tokenRef(older))]),
        put(tokenRef(hash), token),
        putIndex(userId, { ...index, password_reset: hash }),
      ]);
      return accept([issued], null);
    },
  };
}

/** An entry about a token names its account or its purpose: even the hash of a secret stays out of the log. */
const subjectOfToken = ({ user_id, purpose }: OneTimeToken): string =>
  user_id === null ? `one_time_tokens/${purpose}` : subjectOf(userRef(user_id));

/** What happens to a token whose time is over; the account's index is the caller's to mend. */
export const expireToken = (hash: string, token: OneTimeToken): NewEvent => {
  const { purpose, user_id } = token;
  const data = { purpose, user_id };
  return event(oneTimeTokenExpired, subjectOfToken(token), data, [remove(tokenRef(hash))]);
};
