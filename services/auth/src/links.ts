import type { RequestContext, RequestInput, RequestOutput, User } from "@vega/contracts";
import { VegaError, oneTimeTokens, usernameKey, users } from "@vega/contracts";
import type { RequestMeta } from "@vega/messaging";
import { addressKey } from "./address.ts";
import type { Auth } from "./auth.ts";
import { accountOf, timeAfterMs } from "./auth.ts";
import { admitAddress } from "./credentials.ts";
import { hashOf, newSecret, readResetToken, writeInvite, writeResetToken } from "./tokens.ts";

/* One-time links: password resets and invitations. */

const HOUR_MS = 3_600_000;
const INVITE_MS = 7 * 24 * HOUR_MS;
/** A mail is read soon; a link that an administrator passes on may take a day. */
const MAILED_MS = HOUR_MS;
const HANDED_MS = 24 * HOUR_MS;

export async function invite(
  { store, now }: Auth,
  { role = "user" }: RequestInput<typeof users.requests.invite>,
  call: RequestMeta,
): Promise<RequestOutput<typeof users.requests.invite>> {
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
  { user_id }: RequestInput<typeof users.requests.issuePasswordReset>,
  call: RequestMeta,
): Promise<RequestOutput<typeof users.requests.issuePasswordReset>> =>
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

/** Replies before the lookup, so that neither the reply nor its timing reveals whether the account exists. */
export async function requestReset(
  auth: Auth,
  { username_or_email: text }: RequestInput<typeof users.requests.requestPasswordReset>,
  call: RequestMeta,
): Promise<RequestOutput<typeof users.requests.requestPasswordReset>> {
  admitAddress(auth, auth.throttles.mails, "request", call);
  if (auth.mailer) auth.background(() => mailLinks(auth, text, call.context));
  return { sequence: auth.store.lastSequence() };
}

async function mailLinks(auth: Auth, text: string, context: RequestContext): Promise<void> {
  // A username may look like the email address of another account, so both are looked up.
  const queries = [...(text.length <= 256 ? [{ username: text }] : []), { email: text }];
  const accounts = new Map<string, User>();
  for (const query of queries) {
    const { user } = await auth.store.request(users.requests.find, query, context);
    if (user && !user.disabled) accounts.set(user.id, user);
  }
  for (const { id, username, email } of accounts.values()) {
    if (!email || !auth.mailer) continue;
    // Throttled by account too, without an error: requests from many addresses must not flood one mailbox.
    if (!auth.throttles.mails.attempt(id, `account ${id}`, auth.elapsed()).admitted) continue;
    const { token, expires_at } = await issueFor(auth, id, id, MAILED_MS, context);
    await auth.mailer.sendResetLink(email, username, token, expires_at);
  }
}

export async function completeReset(
  auth: Auth,
  { token: text, new_password }: RequestInput<typeof users.requests.completePasswordReset>,
  call: RequestMeta,
): Promise<RequestOutput<typeof users.requests.completePasswordReset>> {
  const { store, throttles, passwords } = auth;
  const attempt = admitAddress(auth, throttles.links, "reset", call);
  const token = readResetToken(text);
  try {
    const { user } = token
      ? await store.request(users.requests.find, { id: token.userId }, call.context)
      : { user: null };
    if (!token || !user) throw new VegaError("not_found", "invalid or expired link");
    const password_hash = await passwords.hash(new_password, user.username, call.deadline);
    const input = { token: hashOf(token.secret), password_hash };
    const reply = await store.request(users.requests.resetPassword, input, call.context);
    // The owner can log in from this address even while attempts of others are throttled.
    const address = addressKey(call.context.actor.address);
    throttles.passwords.trust(usernameKey(reply.user.username), address);
    attempt.undone();
    return { sequence: reply.sequence };
  } catch (error) {
    if (!(error instanceof VegaError) || error.code !== "not_found") attempt.undone();
    throw error;
  }
}
