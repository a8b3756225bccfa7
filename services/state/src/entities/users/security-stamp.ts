import type { OneTimeToken, User } from "@vega/contracts";
import { ROLES, timeAfter } from "@vega/contracts";
import type { DecisionView } from "../../log/decision.ts";
import type { DocumentRef } from "../../store/document-ref.ts";
import { readUser, userRef } from "./documents.ts";

/*
 * The security stamp of an account: what the account issues carries it, and is void once the account has another. It
 * changes when authority of the account ends. Stamps of one account only grow, so that a reader that is behind can
 * tell a newer stamp from an older one.
 */

/** Accounts of older versions have no stamp; the initial stamp is the time the account was created. */
export const stampOf = ({ security_stamp, created_at }: User): string =>
  security_stamp ?? created_at;

/** A time that serves as a version: later than the previous one, even within the same millisecond. */
export const versionAfter = (previous: string, now: string): string =>
  now > previous ? now : timeAfter(previous, 1);

const endsAuthority = (before: User, after: User): boolean =>
  (after.disabled && !before.disabled) ||
  ROLES.indexOf(after.role) < ROLES.indexOf(before.role) ||
  after.password_changed_at !== before.password_changed_at;

/** A changed account, with the next stamp where the change ends authority. */
export const withStamp = (before: User, after: User): User =>
  endsAuthority(before, after)
    ? { ...after, security_stamp: versionAfter(stampOf(before), after.updated_at) }
    : after;

/** What a command names to decide on a link of this issuer. */
export const issuerRefs = (issuer: string | undefined): DocumentRef[] =>
  issuer === undefined ? [] : [userRef(issuer)];

/**
 * Whether the issuer of a link still has the authority it was issued with.
 * @param issuer the account whose document the command has named
 */
export function isIssuerCurrent(
  view: DecisionView,
  { issued_by }: OneTimeToken,
  issuer: string | undefined,
): boolean {
  if (!issued_by) return true;
  // Differs only where the link was stored after the command was made.
  if (issued_by.user_id !== issuer) return false;
  const user = readUser(view, issuer);
  return user !== undefined && stampOf(user) === issued_by.security_stamp;
}
