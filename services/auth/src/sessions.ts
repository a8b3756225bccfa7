import type { RequestInput, RequestOutput, Session, User } from "@vega/contracts";
import {
  ACCESS_AUDIENCE,
  COOKIE_AUDIENCE,
  VegaError,
  publicSessionSchema,
  sessions,
} from "@vega/contracts";
import type { RequestMeta } from "@vega/messaging";
import { randomUUID } from "node:crypto";
import type { Auth } from "./auth.ts";
import { actingAs, publicUser, timeAfterMs } from "./auth.ts";
import { userOfPassword } from "./credentials.ts";
import {
  hashOf,
  newSecret,
  readRefreshToken,
  sameHash,
  signToken,
  writeRefreshToken,
} from "./tokens.ts";

const DAY_MS = 86_400_000;

type Granted = RequestOutput<typeof sessions.requests.logIn>;

export async function startSession(
  auth: Auth,
  { username, password }: RequestInput<typeof sessions.requests.logIn>,
  call: RequestMeta,
): Promise<Granted> {
  // Checked first, so that no session is opened whose tokens cannot be signed.
  auth.keys.signer();
  const user = await userOfPassword(auth, { username }, username, password, call);
  const [family, own] = [newSecret(), newSecret()];
  const { actor } = call.context;
  const opening = auth.store.request(
    sessions.requests.open,
    {
      session: {
        id: randomUUID(),
        user_id: user.id,
        // Refreshes do not extend it, which also limits a stolen token.
        expires_at: timeAfterMs(auth.now(), auth.config.sessionDays * DAY_MS),
        address: actor.address ?? null,
        user_agent: actor.user_agent ?? null,
        family_hash: hashOf(family),
        refresh_hash: hashOf(own),
      },
      if_password_of: user.password_changed_at,
    },
    actingAs(call.context, user.id),
  );
  const { sequence, session } = await opening.catch((error: unknown) => {
    // The password changed, or the account was disabled or erased, since the check.
    const isOutdated =
      error instanceof VegaError && (error.code === "conflict" || error.code === "not_found");
    if (!isOutdated) throw error;
    throw new VegaError("unauthorized", "invalid username or password", [], error);
  });
  return grant(auth, sequence, user, session, family, own);
}

export async function refresh(
  auth: Auth,
  { refresh_token }: RequestInput<typeof sessions.requests.refresh>,
  call: RequestMeta,
): Promise<Granted> {
  auth.keys.signer();
  const token = readRefreshToken(refresh_token);
  if (!token) throw invalidToken();
  const next = newSecret();
  const { sequence, outcome } = await auth.store.request(
    sessions.requests.rotate,
    {
      user_id: token.userId,
      session_id: token.sessionId,
      family_hash: hashOf(token.family),
      refresh_hash: hashOf(token.own),
      next_refresh_hash: hashOf(next),
    },
    // State writes only if the family secret matches, which proves the owner.
    actingAs(call.context, token.userId),
  );
  if (outcome.kind === "reused") {
    const { userId: user_id, sessionId: session_id } = token;
    auth.log.warn(
      { user_id, session_id, address: call.context.actor.address },
      "refresh token reused, session ended",
    );
  }
  if (outcome.kind !== "rotated") throw invalidToken();
  return grant(auth, sequence, outcome.user, outcome.session, token.family, next);
}

const invalidToken = () => new VegaError("unauthorized", "invalid refresh token; log in again");

function grant(
  { keys, now }: Auth,
  sequence: number,
  user: User,
  session: Session,
  family: Buffer,
  own: Buffer,
): Granted {
  const signer = keys.signer();
  const access = signToken(signer, ACCESS_AUDIENCE, user, session, now());
  const cookie = signToken(signer, COOKIE_AUDIENCE, user, session, now());
  const refreshToken = { userId: user.id, sessionId: session.id, family, own };
  return {
    sequence,
    grant: {
      access_token: access.token,
      token_type: "Bearer",
      expires_in: access.seconds,
      refresh_token: writeRefreshToken(refreshToken),
      user: publicUser(user),
    },
    cookie: { token: cookie.token, max_age: cookie.seconds },
  };
}

export async function endOfToken(
  { store }: Auth,
  { refresh_token }: RequestInput<typeof sessions.requests.endOfToken>,
  call: RequestMeta,
): Promise<RequestOutput<typeof sessions.requests.endOfToken>> {
  const token = readRefreshToken(refresh_token);
  if (!token) return { sequence: store.lastSequence(), ended: 0 };
  const { sequence, sessions: found } = await store.request(
    sessions.requests.listDocuments,
    { user_id: token.userId },
    call.context,
  );
  const session = found.find(({ id }) => id === token.sessionId);
  if (!session || !sameHash(session.family_hash, hashOf(token.family))) {
    return { sequence, ended: 0 };
  }
  // An old token of the session ends it too: a client that lost the response to its last refresh can still log out.
  const current = sameHash(session.refresh_hash, hashOf(token.own));
  return store.request(
    sessions.requests.endDocuments,
    { user_id: token.userId, session_ids: [session.id], reason: current ? "logout" : "reuse" },
    actingAs(call.context, token.userId),
  );
}

export async function endOwn(
  { store }: Auth,
  { user_id, session_id, except, reason }: RequestInput<typeof sessions.requests.end>,
  call: RequestMeta,
): Promise<RequestOutput<typeof sessions.requests.end>> {
  const which = session_id ? { session_ids: [session_id] } : except ? { except } : {};
  const reply = await store.request(
    sessions.requests.endDocuments,
    { user_id, reason, ...which },
    call.context,
  );
  if (session_id && reply.ended === 0) {
    throw new VegaError("not_found", "session not found");
  }
  return reply;
}

export async function list(
  { store }: Auth,
  { user_id }: RequestInput<typeof sessions.requests.list>,
  call: RequestMeta,
): Promise<RequestOutput<typeof sessions.requests.list>> {
  const reply = await store.request(sessions.requests.listDocuments, { user_id }, call.context);
  return {
    sequence: reply.sequence,
    sessions: reply.sessions.map((session) => publicSessionSchema.parse(session)),
  };
}
