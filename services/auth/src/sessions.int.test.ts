import { apiKeys, claimsSchema, sessions, signingKeys, users } from "@vega/contracts";
import type { Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import jwt from "jsonwebtoken";
import { createPublicKey } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PASSWORD, clientOf, code, given } from "./testing/network.ts";

test("register, log in, refresh, log out; tokens verify with the public keys", async () => {
  const { send, signUp, logIn, events } = await given();
  const user = await signUp("Ada", "ada@example.org");
  expect(user).toMatchObject({ username: "Ada", role: "user", disabled: false });
  expect(user).not.toHaveProperty("password_hash");
  await expect(signUp("ada")).rejects.toMatchObject(code("conflict"));
  await expect(logIn("ada", "wrong horse")).rejects.toMatchObject(code("unauthorized"));

  const { grant, cookie } = await logIn("ada");
  expect(grant).toMatchObject({ token_type: "Bearer", expires_in: 900, user });
  const { keys } = await send(signingKeys.requests.jwks, {});
  const verified = (token: string) => {
    const kid = jwt.decode(token, { complete: true })?.header.kid;
    const jwk = keys.find((key) => key.kid === kid);
    const key = createPublicKey({ key: jwk ?? {}, format: "jwk" });
    return claimsSchema.parse(jwt.verify(token, key, { algorithms: ["ES256"] }));
  };
  expect(verified(grant.access_token)).toMatchObject({
    sub: user.id,
    role: "user",
    aud: "vega:access",
  });
  expect(verified(cookie.token)).toMatchObject({ sub: user.id, aud: "vega:cookie" });
  expect(cookie.max_age).toBe(86_400);

  const { sid } = verified(grant.access_token);
  const second = await send(sessions.requests.refresh, {
    refresh_token: grant.refresh_token,
  });
  expect(verified(second.grant.access_token).sid).toBe(sid);
  expect(second.grant.refresh_token).not.toBe(grant.refresh_token);
  const { sessions: listed } = await send(sessions.requests.list, { user_id: user.id });
  expect(listed).toMatchObject([{ id: sid, user_agent: "a test" }]);
  expect(Object.keys(listed[0] ?? {}).join()).not.toContain("hash");
  expect(Date.parse(listed[0]?.expires_at ?? "") - Date.now()).toBeGreaterThan(29 * 86_400_000);

  const out = await send(sessions.requests.endOfToken, {
    refresh_token: second.grant.refresh_token,
  });
  expect(out.ended).toBe(1);
  const dead = { refresh_token: second.grant.refresh_token };
  await expect(send(sessions.requests.refresh, dead)).rejects.toMatchObject(code("unauthorized"));
  expect((await send(sessions.requests.endOfToken, dead)).ended).toBe(0);

  // The log identifies accounts by id only.
  const text = JSON.stringify(await events());
  for (const secret of ["ada@example", "Ada", PASSWORD, "vr_", "$2b$"]) {
    expect(text).not.toContain(secret);
  }
  expect(text).toContain("vega.session.ended.v1");
});

test("a refresh token that is used twice ends its session", async () => {
  const { send, signUp, logIn, events } = await given();
  const user = await signUp("ada");
  const first = (await logIn("ada")).grant.refresh_token;
  const other = (await logIn("ada")).grant.refresh_token;
  const second = (await send(sessions.requests.refresh, { refresh_token: first })).grant
    .refresh_token;
  const third = (await send(sessions.requests.refresh, { refresh_token: second })).grant
    .refresh_token;
  await expect(send(sessions.requests.refresh, { refresh_token: first })).rejects.toMatchObject(
    code("unauthorized"),
  );
  await expect(send(sessions.requests.refresh, { refresh_token: third })).rejects.toMatchObject(
    code("unauthorized"),
  );
  await send(sessions.requests.refresh, { refresh_token: other });
  expect((await send(sessions.requests.list, { user_id: user.id })).sessions).toHaveLength(1);
  const ended = (await events()).filter(({ type }) => type === "vega.session.ended.v1");
  expect(ended.map(({ data }) => data)).toMatchObject([{ user_id: user.id, reason: "reuse" }]);
});

test("a logout with a forged token ends nothing, with an old token of the session ends it", async () => {
  const { send, signUp, logIn } = await given();
  const user = await signUp("ada");
  const first = (await logIn("ada")).grant.refresh_token;
  await send(sessions.requests.refresh, { refresh_token: first });
  const bytes = Buffer.from(first.slice(3), "base64url");
  bytes.fill(7, 32, 64);
  const forged = `vr_${bytes.toString("base64url")}`;
  expect((await send(sessions.requests.endOfToken, { refresh_token: forged })).ended).toBe(0);
  await expect(send(sessions.requests.refresh, { refresh_token: forged })).rejects.toMatchObject(
    code("unauthorized"),
  );
  expect((await send(sessions.requests.list, { user_id: user.id })).sessions).toHaveLength(1);
  expect((await send(sessions.requests.endOfToken, { refresh_token: first })).ended).toBe(1);
});

let shared: Network;
beforeAll(async () => {
  shared = await startNetwork({ services: ["state", "auth"] });
});
afterAll(() => shared?.close());

test.each(["", "vr_", `vr_${"A".repeat(128)}`, `vr_${"x".repeat(509)}`, "vega_nothing", "a.b.c"])(
  "a malformed token is unauthorized: %j",
  async (text) => {
    const { send } = clientOf(shared);
    await expect(send(sessions.requests.refresh, { refresh_token: text })).rejects.toMatchObject(
      code("unauthorized"),
    );
    expect((await send(sessions.requests.endOfToken, { refresh_token: text })).ended).toBe(0);
    const secret = text.slice(0, 256);
    await expect(send(apiKeys.requests.verify, { secret })).rejects.toMatchObject(
      code("unauthorized"),
    );
    await expect(
      send(users.requests.completePasswordReset, { token: secret, new_password: PASSWORD }),
    ).rejects.toMatchObject(code("not_found"));
  },
);

test("a new password ends all sessions but the current one", async () => {
  const { send, signUp, logIn } = await given();
  const user = await signUp("ada");
  const own = await logIn("ada");
  const other = await logIn("ada");
  const { sid } = claimsSchema.parse(jwt.decode(own.grant.access_token));
  const change = (current_password: string, new_password: string) =>
    send(users.requests.changePassword, {
      user_id: user.id,
      session_id: sid,
      current_password,
      new_password,
    });
  await expect(change("wrong horse", "battery staple")).rejects.toMatchObject(code("unauthorized"));
  await expect(change(PASSWORD, "short")).rejects.toMatchObject(code("invalid"));
  await change(PASSWORD, "battery staple");
  const refreshed = (text: string) => send(sessions.requests.refresh, { refresh_token: text });
  await expect(refreshed(other.grant.refresh_token)).rejects.toMatchObject(code("unauthorized"));
  await refreshed(own.grant.refresh_token);
  await expect(logIn("ada")).rejects.toMatchObject(code("unauthorized"));
  await logIn("ada", "battery staple");
});

test("an account ends one of its sessions, or all but the current one", async () => {
  const { send, signUp, logIn } = await given();
  const { id: user_id } = await signUp("ada");
  for (let n = 0; n < 4; n += 1) await logIn("ada");
  const ids = (await send(sessions.requests.list, { user_id })).sessions.map(({ id }) => id);
  const [session_id, except = ""] = ids;
  const end = { user_id, reason: "ended" as const };
  expect((await send(sessions.requests.end, { ...end, session_id })).ended).toBe(1);
  await expect(send(sessions.requests.end, { ...end, session_id })).rejects.toMatchObject(
    code("not_found"),
  );
  expect((await send(sessions.requests.end, { ...end, except })).ended).toBe(2);
  expect((await send(sessions.requests.list, { user_id })).sessions.map(({ id }) => id)).toEqual([
    except,
  ]);
});

test("password attempts are throttled, and the owner can still log in from a known address", async () => {
  const { send, signUp, logIn, context } = await given();
  await signUp("ada");
  await logIn("ada");
  const thief = context("anonymous", "198.51.100.1");
  const guess = () =>
    send(sessions.requests.logIn, { username: "ada", password: "wrong horse" }, thief);
  const tries = await Promise.allSettled(Array.from({ length: 20 }, guess));
  const codes = tries.map((result) => result.status === "rejected" && result.reason.code);
  expect(codes.filter((found) => found === "unauthorized")).toHaveLength(5);
  expect(codes.filter((found) => found === "rate_limited")).toHaveLength(15);
  await expect(guess()).rejects.toMatchObject({ retryAfterSeconds: expect.any(Number) });
  await logIn("ada");
});
