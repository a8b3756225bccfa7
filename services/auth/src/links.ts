import type { RequestContext, RequestInput, RequestOutput, User } from "@vega/contracts";
import { VegaError, oneTimeTokens, usernameKey, users as usersContract } from "@vega/contracts";
import type { Call } from "@vega/messaging";
import { addressKey } from "./address.ts";
import type { Auth } from "./auth.ts";
import { accountOf, timeAfterMs } from "./auth.ts";
import { admitAddress } from "./credentials.ts";
import { hashOf, newSecret, readResetToken, writeInvite, writeResetToken } from "./tokens.ts";

/* One-time links: for new passwords, and invitations. */

const HOUR_MS = 3_600_000;
const INVITE_MS = 7 * 24 * HOUR_MS;
/** A mail is read soon; what an administrator hands over may take a day. */
const MAILED_MS = HOUR_MS;
const HANDED_MS = 24 * HOUR_MS;

export async function invite(
  { store, now }: Auth,
  { role = "user" }: RequestInput<typeof usersContract.requests.invite>,
  call: Call,
): Promise<RequestOutput<typeof usersContract.requests.invite>> {
  const secret = newSecret();
  const expires_at = timeAfterMs(now(), INVITE_MS);
  const token = { purpose: "invite" as const, user_id: null, role, expires_at };
  const { sequence } = await store.request(
    oneTimeTokens.requests.issue,
    { hash: hashOf(secret), token, issued_by: accountOf(call.context) },
    call.context,
  );
  return { sequence, invite: writeInvite(secret), expires_at };
}

export const issueReset = (
  auth: Auth,
  { user_id }: RequestInput<typeof usersContract.requests.issuePasswordReset>,
  call: Call,
): Promise<RequestOutput<typeof usersContract.requests.issuePasswordReset>> =>
  issueFor(auth, user_id, accountOf(call.context), HANDED_MS, call.context);

/** @param issued_by the account whose authority the link depends on */
async function issueFor(
  { store, now }: Auth,
  userId: string,
  issued_by: string | null,
  ms: number,
  context: RequestContext,
) {
  const secret = newSecret();
  const expires_at = timeAfterMs(now(), ms);
  const token = { purpose: "password_reset" as const, user_id: userId, role: null, expires_at };
  const input = { hash: hashOf(secret), token, issued_by };
  const { sequence } = await store.request(oneTimeTokens.requests.issue, input, context);
  return { sequence, token: writeResetToken({ userId, secret }), expires_at };
}

/** Answers before it looks: neither the answer nor its time tells whether there is such an account. */
export async function requestReset(
  auth: Auth,
  { username_or_email: text }: RequestInput<typeof usersContract.requests.requestPasswordReset>,
  call: Call,
): Promise<RequestOutput<typeof usersContract.requests.requestPasswordReset>> {
  admitAddress(auth, auth.throttles.mails, "request", call);
  if (auth.mailer) auth.background(() => mailLinks(auth, text, call.context));
  return { sequence: auth.store.heard() };
}

async function mailLinks(auth: Auth, text: string, context: RequestContext): Promise<void> {
  // A username may look like an email address, also like that of somebody else: both are looked up.
  const queries = [...(text.length <= 256 ? [{ username: text }] : []), { email: text }];
  const users = new Map<string, User>();
  for (const query of queries) {
    const { user } = await auth.store.request(usersContract.requests.find, query, context);
    if (user && !user.disabled) users.set(user.id, user);
  }
  for (const { id, username, email } of users.values()) {
    if (!email || !auth.mailer) continue;
    // Counted for each account, silently, so that nobody's letterbox is flooded from many addresses.
    if (!auth.throttles.mails.attempt(id, `account ${id}`, auth.elapsed()).admitted) continue;
    const { token, expires_at } = await issueFor(auth, id, id, MAILED_MS, context);
    await auth.mailer.sendResetLink(email, username, token, expires_at);
  }
}

export async function completeReset(
  auth: Auth,
  { token: text, new_password }: RequestInput<typeof usersContract.requests.completePasswordReset>,
  call: Call,
): Promise<RequestOutput<typeof usersContract.requests.completePasswordReset>> {
  const { store, throttles, passwords } = auth;
  const attempt = admitAddress(auth, throttles.links, "reset", call);
  const token = readResetToken(text);
  try {
    const { user } = token
      ? await store.request(usersContract.requests.find, { id: token.userId }, call.context)
      : { user: null };
    if (!token || !user)
      throw new VegaError("not_found", "the link is not good, or its time is over");
    const password_hash = await passwords.hash(new_password, user.username, call.deadline);
    const input = { token: hashOf(token.secret), password_hash };
    const answer = await store.request(usersContract.requests.resetPassword, input, call.context);
    // Who was locked out by others' guesses gets in from here.
    const address = addressKey(call.context.actor.address);
    throttles.passwords.trust(usernameKey(answer.user.username), address);
    attempt.undone();
    return { sequence: answer.sequence };
  } catch (error) {
    if (!(error instanceof VegaError) || error.code !== "not_found") attempt.undone();
    throw error;
  }
}
