import type { RequestInput, RequestOutput, Session, User } from "@vega/contracts";
import {
  ACCESS_AUDIENCE,
  COOKIE_AUDIENCE,
  VegaError,
  publicSessionSchema,
  sessions as sessionsContract,
} from "@vega/contracts";
import type { Call } from "@vega/messaging";
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

type Granted = RequestOutput<typeof sessionsContract.requests.logIn>;

export async function startSession(
  auth: Auth,
  { username, password }: RequestInput<typeof sessionsContract.requests.logIn>,
  call: Call,
): Promise<Granted> {
  // First, so that no session is opened whose tokens can't be signed.
  auth.keys.signer();
  const user = await userOfPassword(auth, { username }, username, password, call);
  const [family, own] = [newSecret(), newSecret()];
  const { actor } = call.context;
  const opening = auth.store.request(
    sessionsContract.requests.open,
    {
      session: {
        id: randomUUID(),
        user_id: user.id,
        // Not moved by refreshes: who has stolen a token is out after that time, too.
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
    // The password was changed, or the account disabled or erased, since it was looked at.
    const lost =
      error instanceof VegaError && (error.code === "conflict" || error.code === "not_found");
    if (!lost) throw error;
    throw new VegaError("unauthorized", "the username or the password is not right", [], error);
  });
  return grant(auth, sequence, user, session, family, own);
}

export async function refresh(
  auth: Auth,
  { refresh_token }: RequestInput<typeof sessionsContract.requests.refresh>,
  call: Call,
): Promise<Granted> {
  auth.keys.signer();
  const token = readRefreshToken(refresh_token);
  if (!token) throw notGood();
  const next = newSecret();
  const { sequence, outcome } = await auth.store.request(
    sessionsContract.requests.rotate,
    {
      user_id: token.userId,
      session_id: token.sessionId,
      family_hash: hashOf(token.family),
      refresh_hash: hashOf(token.own),
      next_refresh_hash: hashOf(next),
    },
    // State writes nothing unless the family's secret is right, which its owner alone was given.
    actingAs(call.context, token.userId),
  );
  if (outcome.kind === "reused") {
    const { userId: user_id, sessionId: session_id } = token;
    auth.log.warn(
      { user_id, session_id, address: call.context.actor.address },
      "a refresh token was used a second time: its owner or a thief has an old one; the session was ended",
    );
  }
  if (outcome.kind !== "rotated") throw notGood();
  return grant(auth, sequence, outcome.user, outcome.session, token.family, next);
}

const notGood = () => new VegaError("unauthorized", "the refresh token is not good; log in again");

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
  { refresh_token }: RequestInput<typeof sessionsContract.requests.endOfToken>,
  call: Call,
): Promise<RequestOutput<typeof sessionsContract.requests.endOfToken>> {
  const token = readRefreshToken(refresh_token);
  if (!token) return { sequence: store.heard(), ended: 0 };
  const { sequence, sessions } = await store.request(
    sessionsContract.requests.listDocuments,
    { user_id: token.userId },
    call.context,
  );
  const session = sessions.find(({ id }) => id === token.sessionId);
  if (!session || !sameHash(session.family_hash, hashOf(token.family))) {
    return { sequence, ended: 0 };
  }
  // An old token of the right family ends it too, as it would at a refresh: whoever logs out with the answer to their
  // last refresh lost must not leave a session behind.
  const current = sameHash(session.refresh_hash, hashOf(token.own));
  return store.request(
    sessionsContract.requests.endDocuments,
    { user_id: token.userId, session_ids: [session.id], reason: current ? "logout" : "reuse" },
    actingAs(call.context, token.userId),
  );
}

export async function endOwn(
  { store }: Auth,
  { user_id, session_id, except, reason }: RequestInput<typeof sessionsContract.requests.end>,
  call: Call,
): Promise<RequestOutput<typeof sessionsContract.requests.end>> {
  const which = session_id ? { session_ids: [session_id] } : except ? { except } : {};
  const answer = await store.request(
    sessionsContract.requests.endDocuments,
    { user_id, reason, ...which },
    call.context,
  );
  if (session_id && answer.ended === 0) {
    throw new VegaError("not_found", "there is no such session");
  }
  return answer;
}

export async function list(
  { store }: Auth,
  { user_id }: RequestInput<typeof sessionsContract.requests.list>,
  call: Call,
): Promise<RequestOutput<typeof sessionsContract.requests.list>> {
  const answer = await store.request(
    sessionsContract.requests.listDocuments,
    { user_id },
    call.context,
  );
  return {
    sequence: answer.sequence,
    sessions: answer.sessions.map((session) => publicSessionSchema.parse(session)),
  };
}
