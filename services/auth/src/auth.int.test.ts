import type { RequestContext, RequestContract, RequestInput, RequestOutput } from "@vega/contracts";
import {
  apiKeys,
  claimsSchema,
  eventLog,
  sessions as sessionsContract,
  signingKeys,
  users,
} from "@vega/contracts";
import { collectReports, request } from "@vega/messaging";
import type { Network, NetworkOptions } from "@vega/test-support";
import { reservePort, startNetwork, until } from "@vega/test-support";
import jwt from "jsonwebtoken";
import { createPublicKey } from "node:crypto";
import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { afterAll, expect, onTestFinished, test } from "vitest";

const PASSWORD = "correct horse battery";
const ADMIN_PASSWORD = "an admin's own password";

/** A network of state and auth, and how to ask it from an address. */
async function given(options: NetworkOptions = {}) {
  const env = { VEGA_ADMIN_PASSWORD: ADMIN_PASSWORD, VEGA_REGISTRATION: "open", ...options.env };
  const network = await startNetwork({ services: ["state", "auth"], ...options, env });
  onTestFinished(() => network.close());
  return { network, ...asking(network) };
}

let addresses = 0;

function asking(network: Network) {
  // Each world of a test has an address of its own: what is held up in one is not in another.
  const address = `203.0.113.${(addresses += 1)}`;
  const context = (id = "anonymous", from = address): RequestContext => ({
    actor: { id, address: from, user_agent: "a test" },
  });
  const ask = <Contract extends RequestContract>(
    contract: Contract,
    input: RequestInput<Contract>,
    as = context(),
  ): Promise<RequestOutput<Contract>> =>
    request(network.bus, contract, input, as) as Promise<RequestOutput<Contract>>;
  const signUp = async (username: string, email?: string) =>
    (await ask(users.requests.register, { username, password: PASSWORD, email: email ?? null }))
      .user;
  const enter = (username: string, password = PASSWORD) =>
    ask(sessionsContract.requests.logIn, { username, password });
  const events = async () => (await ask(eventLog.requests.read, { after: 0, limit: 500 })).events;
  return { ask, signUp, enter, events, context };
}

const code = (expected: string) => ({ code: expected });

test("register, log in, refresh, log out; tokens are good by the public keys", async () => {
  const { ask, signUp, enter, events } = await given();
  const user = await signUp("Ada", "ada@example.org");
  expect(user).toMatchObject({ username: "Ada", role: "user", disabled: false });
  expect(user).not.toHaveProperty("password_hash");
  await expect(signUp("ada")).rejects.toMatchObject(code("conflict"));
  await expect(enter("ada", "wrong horse")).rejects.toMatchObject(code("unauthorized"));

  const { grant, cookie } = await enter("ada");
  expect(grant).toMatchObject({ token_type: "Bearer", expires_in: 900, user });
  const { keys } = await ask(signingKeys.requests.jwks, {});
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
  const second = await ask(sessionsContract.requests.refresh, {
    refresh_token: grant.refresh_token,
  });
  expect(verified(second.grant.access_token).sid).toBe(sid);
  expect(second.grant.refresh_token).not.toBe(grant.refresh_token);
  const { sessions } = await ask(sessionsContract.requests.list, { user_id: user.id });
  expect(sessions).toMatchObject([{ id: sid, user_agent: "a test" }]);
  expect(Object.keys(sessions[0] ?? {}).join()).not.toContain("hash");
  expect(Date.parse(sessions[0]?.expires_at ?? "") - Date.now()).toBeGreaterThan(29 * 86_400_000);

  const out = await ask(sessionsContract.requests.endOfToken, {
    refresh_token: second.grant.refresh_token,
  });
  expect(out.ended).toBe(1);
  const dead = { refresh_token: second.grant.refresh_token };
  await expect(ask(sessionsContract.requests.refresh, dead)).rejects.toMatchObject(
    code("unauthorized"),
  );
  expect((await ask(sessionsContract.requests.endOfToken, dead)).ended).toBe(0);

  // The log tells what happened, by ids alone.
  const text = JSON.stringify(await events());
  for (const secret of ["ada@example", "Ada", PASSWORD, "vr_", "$2b$"]) {
    expect(text).not.toContain(secret);
  }
  expect(text).toContain("vega.session.ended.v1");
});

test("a refresh token used twice ends its whole session", async () => {
  const { ask, signUp, enter, events } = await given();
  const user = await signUp("ada");
  const first = (await enter("ada")).grant.refresh_token;
  const other = (await enter("ada")).grant.refresh_token;
  const second = (await ask(sessionsContract.requests.refresh, { refresh_token: first })).grant
    .refresh_token;
  const third = (await ask(sessionsContract.requests.refresh, { refresh_token: second })).grant
    .refresh_token;
  await expect(
    ask(sessionsContract.requests.refresh, { refresh_token: first }),
  ).rejects.toMatchObject(code("unauthorized"));
  await expect(
    ask(sessionsContract.requests.refresh, { refresh_token: third }),
  ).rejects.toMatchObject(code("unauthorized"));
  await ask(sessionsContract.requests.refresh, { refresh_token: other });
  expect((await ask(sessionsContract.requests.list, { user_id: user.id })).sessions).toHaveLength(
    1,
  );
  const ended = (await events()).filter(({ type }) => type === "vega.session.ended.v1");
  expect(ended.map(({ data }) => data)).toMatchObject([{ user_id: user.id, reason: "reuse" }]);
});

test("logging out: a forged token ends nothing, an old one of the session ends it", async () => {
  const { ask, signUp, enter } = await given();
  const user = await signUp("ada");
  const first = (await enter("ada")).grant.refresh_token;
  await ask(sessionsContract.requests.refresh, { refresh_token: first });
  const bytes = Buffer.from(first.slice(3), "base64url");
  bytes.fill(7, 32, 64);
  const forged = `vr_${bytes.toString("base64url")}`;
  expect((await ask(sessionsContract.requests.endOfToken, { refresh_token: forged })).ended).toBe(
    0,
  );
  await expect(
    ask(sessionsContract.requests.refresh, { refresh_token: forged }),
  ).rejects.toMatchObject(code("unauthorized"));
  expect((await ask(sessionsContract.requests.list, { user_id: user.id })).sessions).toHaveLength(
    1,
  );
  expect((await ask(sessionsContract.requests.endOfToken, { refresh_token: first })).ended).toBe(1);
});

test.each(["", "vr_", `vr_${"A".repeat(128)}`, `vr_${"x".repeat(509)}`, "vega_nothing", "a.b.c"])(
  "a text that is no token is unauthorized, never another error: %j",
  async (text) => {
    const { ask } = await shared();
    await expect(
      ask(sessionsContract.requests.refresh, { refresh_token: text }),
    ).rejects.toMatchObject(code("unauthorized"));
    expect((await ask(sessionsContract.requests.endOfToken, { refresh_token: text })).ended).toBe(
      0,
    );
    const secret = text.slice(0, 256);
    await expect(ask(apiKeys.requests.verify, { secret })).rejects.toMatchObject(
      code("unauthorized"),
    );
    await expect(
      ask(users.requests.completePasswordReset, { token: secret, new_password: PASSWORD }),
    ).rejects.toMatchObject(code("not_found"));
  },
);

let one: ReturnType<typeof startShared> | undefined;
/** One network for tests that leave nothing behind. */
const shared = () => (one ??= startShared());
afterAll(async () => (await one)?.network.close());
async function startShared() {
  const env = { VEGA_ADMIN_PASSWORD: ADMIN_PASSWORD };
  const network = await startNetwork({ services: ["state", "auth"], env });
  return { network, ...asking(network) };
}

test("registration by invitation alone: an invitation is good once and says the role", async () => {
  const { ask, signUp, enter } = await shared();
  await expect(signUp("eve")).rejects.toMatchObject(code("forbidden"));
  const { invite, expires_at } = await ask(users.requests.invite, { role: "operator" });
  expect(Date.parse(expires_at)).toBeGreaterThan(Date.now());
  const join_ = (username: string, text = invite) =>
    ask(users.requests.register, { username, password: PASSWORD, invite: text });
  await expect(join_("ada", `${invite.slice(0, -3)}AAA`)).rejects.toMatchObject(code("not_found"));
  await expect(join_("ada", "x")).rejects.toMatchObject(code("not_found"));
  expect((await join_("ada")).user.role).toBe("operator");
  await expect(join_("bob")).rejects.toMatchObject(code("not_found"));
  expect((await enter("ada")).grant.user.role).toBe("operator");
});

test("closed registration: an administrator alone makes accounts", async () => {
  const { ask, signUp, enter } = await given({ env: { VEGA_REGISTRATION: "closed" } });
  const { invite } = await ask(users.requests.invite, {});
  await expect(
    ask(users.requests.register, { username: "ada", password: PASSWORD, invite }),
  ).rejects.toMatchObject(code("forbidden"));
  await expect(signUp("ada")).rejects.toMatchObject(code("forbidden"));
  const weak = ask(users.requests.create, { username: "ada", password: "password1" });
  await expect(weak).rejects.toMatchObject(code("invalid"));
  const { user } = await ask(users.requests.create, { username: "ada", role: "viewer" });
  await expect(enter("ada")).rejects.toMatchObject(code("unauthorized"));
  const { token } = await ask(users.requests.issuePasswordReset, { user_id: user.id });
  await ask(users.requests.completePasswordReset, { token, new_password: PASSWORD });
  expect((await enter("ada")).grant.user.role).toBe("viewer");
  const names = (await ask(users.requests.list, {})).users.map(({ username }) => username);
  expect(names.toSorted()).toEqual(["ada", "admin"]);
  const page = await ask(users.requests.list, { limit: 1 });
  const rest = await ask(users.requests.list, { limit: 1, after: page.next_after });
  expect([...page.users, ...rest.users]).toEqual((await ask(users.requests.list, {})).users);
});

test("a new password ends all other sessions and keeps the own", async () => {
  const { ask, signUp, enter } = await given();
  const user = await signUp("ada");
  const own = await enter("ada");
  const other = await enter("ada");
  const { sid } = claimsSchema.parse(jwt.decode(own.grant.access_token));
  const change = (current_password: string, new_password: string) =>
    ask(users.requests.changePassword, {
      user_id: user.id,
      session_id: sid,
      current_password,
      new_password,
    });
  await expect(change("wrong horse", "battery staple")).rejects.toMatchObject(code("unauthorized"));
  await expect(change(PASSWORD, "short")).rejects.toMatchObject(code("invalid"));
  await change(PASSWORD, "battery staple");
  const refreshed = (text: string) =>
    ask(sessionsContract.requests.refresh, { refresh_token: text });
  await expect(refreshed(other.grant.refresh_token)).rejects.toMatchObject(code("unauthorized"));
  await refreshed(own.grant.refresh_token);
  await expect(enter("ada")).rejects.toMatchObject(code("unauthorized"));
  await enter("ada", "battery staple");
});

test("one's own sessions can be ended, one or all but the current", async () => {
  const { ask, signUp, enter } = await given();
  const { id: user_id } = await signUp("ada");
  for (let n = 0; n < 4; n += 1) await enter("ada");
  const ids = (await ask(sessionsContract.requests.list, { user_id })).sessions.map(({ id }) => id);
  const [session_id, except = ""] = ids;
  const end = { user_id, reason: "ended" as const };
  expect((await ask(sessionsContract.requests.end, { ...end, session_id })).ended).toBe(1);
  await expect(ask(sessionsContract.requests.end, { ...end, session_id })).rejects.toMatchObject(
    code("not_found"),
  );
  expect((await ask(sessionsContract.requests.end, { ...end, except })).ended).toBe(2);
  expect(
    (await ask(sessionsContract.requests.list, { user_id })).sessions.map(({ id }) => id),
  ).toEqual([except]);
});

async function mailServer() {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onData(stream, _session, done) {
      let text = "";
      stream.setEncoding("utf8").on("data", (part: string) => (text += part));
      stream.on("end", () => {
        mails.push(text);
        done();
      });
    },
  });
  const port = await reservePort();
  server.listen(port, "127.0.0.1");
  await once(server.server, "listening");
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return { mails, url: `smtp://127.0.0.1:${port}` };
}

test("a forgotten password: a link by mail, good once, which ends all sessions", async () => {
  const { mails, url } = await mailServer();
  const { ask, signUp, enter } = await given({
    env: { SMTP_URL: url, VEGA_PUBLIC_URL: "https://vega.example.org" },
  });
  await signUp("ada", "ada@example.org");
  await signUp("bob");
  const { grant } = await enter("ada");
  const answers = [];
  for (const username_or_email of ["nobody", "bob", "ADA@example.org"]) {
    answers.push(await ask(users.requests.requestPasswordReset, { username_or_email }));
  }
  expect(answers.every((answer) => Object.keys(answer).join() === "sequence")).toBe(true);
  const [mail] = await until("the mail is there", () => mails.length > 0 && mails);
  expect(mail).toContain("To: ada@example.org");
  // Undone: how mail breaks long lines.
  const text = mail?.replaceAll("=\r\n", "").replaceAll("=3D", "=") ?? "";
  const token = /https:\/\/vega\.example\.org\/reset#token=([\w-]+)/.exec(text)?.[1] ?? "";
  const complete = (new_password: string) =>
    ask(users.requests.completePasswordReset, { token, new_password });
  await expect(complete("password1")).rejects.toMatchObject(code("invalid"));
  await complete("battery staple");
  await expect(complete("battery staples")).rejects.toMatchObject(code("not_found"));
  await enter("ada", "battery staple");
  const old = { refresh_token: grant.refresh_token };
  await expect(ask(sessionsContract.requests.refresh, old)).rejects.toMatchObject(
    code("unauthorized"),
  );
  expect(mails).toHaveLength(1);
});

test("a mail server that is away changes no answer", async () => {
  const { ask, signUp } = await given({
    env: { SMTP_URL: `smtp://127.0.0.1:${await reservePort()}` },
  });
  await signUp("ada", "ada@example.org");
  for (const username_or_email of ["ada", "nobody"]) {
    await ask(users.requests.requestPasswordReset, { username_or_email });
  }
});

test("keys: what their owner may, while it may, until they are revoked", async () => {
  const { ask, signUp } = await given();
  const { id: user_id } = await signUp("ada");
  const create = (scopes: ("read" | "memory" | "operate")[], expires_at?: string) =>
    ask(apiKeys.requests.create, { user_id, name: "a key", scopes, expires_at });
  await expect(create(["read", "operate"])).rejects.toMatchObject(code("forbidden"));
  const past = create(["read"], "2020-01-01T00:00:00.000Z");
  await expect(past).rejects.toMatchObject(code("invalid"));
  const { key, secret } = await create(["read", "memory", "read"]);
  expect(secret).toMatch(/^vega_/);
  expect(key.scopes).toEqual(["read", "memory"]);
  const check = () => ask(apiKeys.requests.verify, { secret });
  expect(await check()).toMatchObject({
    key: { id: key.id },
    user: { id: user_id, username: "ada" },
  });
  expect(JSON.stringify(await check())).not.toContain("hash");
  const forged = `${secret.slice(0, -4)}AAAA`;
  await expect(ask(apiKeys.requests.verify, { secret: forged })).rejects.toMatchObject(
    code("unauthorized"),
  );

  await ask(users.requests.change, { user_id, disabled: true });
  await expect(check()).rejects.toMatchObject(code("unauthorized"));
  await ask(users.requests.change, { user_id, disabled: false });
  await check();
  expect((await ask(apiKeys.requests.list, { user_id })).keys).toEqual([key]);
  await ask(apiKeys.requests.revoke, { user_id, key_id: key.id });
  await expect(check()).rejects.toMatchObject(code("unauthorized"));
  const again = ask(apiKeys.requests.revoke, { user_id, key_id: key.id });
  await expect(again).rejects.toMatchObject(code("not_found"));
});

test("a disabled account is out at once and can't come in; the last administrator stays", async () => {
  const { ask, signUp, enter } = await given();
  const { id: user_id } = await signUp("ada");
  const { grant } = await enter("ada");
  await ask(users.requests.change, { user_id, disabled: true });
  await expect(enter("ada")).rejects.toMatchObject(code("unauthorized"));
  const refresh = ask(sessionsContract.requests.refresh, { refresh_token: grant.refresh_token });
  await expect(refresh).rejects.toMatchObject(code("unauthorized"));
  const admin = (await enter("admin", ADMIN_PASSWORD)).grant.user;
  for (const change of [{ disabled: true }, { role: "user" as const }]) {
    const last = ask(users.requests.change, { user_id: admin.id, ...change });
    await expect(last).rejects.toMatchObject(code("conflict"));
  }
  await expect(ask(users.requests.erase, { user_id: admin.id })).rejects.toMatchObject(
    code("conflict"),
  );
});

test("an account can be exported and erased by its owner", async () => {
  const { ask, signUp, enter } = await given();
  const { id: user_id } = await signUp("ada", "ada@example.org");
  const { grant } = await enter("ada");
  const { data } = await ask(users.requests.export, { user_id });
  expect(JSON.stringify(data)).toContain("ada@example.org");
  expect(JSON.stringify(data)).not.toContain("$2b$");
  const erase = (password: string) => ask(users.requests.deleteOwn, { user_id, password });
  await expect(erase("wrong horse")).rejects.toMatchObject(code("unauthorized"));
  await erase(PASSWORD);
  await expect(ask(users.requests.get, { user_id })).rejects.toMatchObject(code("not_found"));
  await expect(enter("ada")).rejects.toMatchObject(code("unauthorized"));
  const refresh = ask(sessionsContract.requests.refresh, { refresh_token: grant.refresh_token });
  await expect(refresh).rejects.toMatchObject(code("unauthorized"));
  expect((await signUp("ada")).id).not.toBe(user_id);
});

test("guesses are held up, and the owner's address still gets in", async () => {
  const { ask, signUp, enter, context } = await given();
  await signUp("ada");
  await enter("ada");
  const thief = context("anonymous", "198.51.100.1");
  const guess = () =>
    ask(sessionsContract.requests.logIn, { username: "ada", password: "wrong horse" }, thief);
  const tries = await Promise.allSettled(Array.from({ length: 20 }, guess));
  const codes = tries.map((result) => result.status === "rejected" && result.reason.code);
  expect(codes.filter((found) => found === "unauthorized")).toHaveLength(5);
  expect(codes.filter((found) => found === "rate_limited")).toHaveLength(15);
  await expect(guess()).rejects.toMatchObject({ retryAfterSeconds: expect.any(Number) });
  await enter("ada");
});

test("several replicas: one administrator, one signing key, sessions of one are good at all", async () => {
  const { ask, enter, events } = await given({ replicas: { auth: 3 } });
  for (let n = 0; n < 6; n += 1) {
    const { grant } = await enter("admin", ADMIN_PASSWORD);
    await ask(sessionsContract.requests.refresh, { refresh_token: grant.refresh_token });
  }
  const types = (await events()).map(({ type }) => type);
  expect(types.filter((type) => type === "vega.user.registered.v1")).toHaveLength(1);
  expect(types.filter((type) => type === "vega.signing_key.added.v1")).toHaveLength(1);
});

test("the first administrator's generated password is in a file of its owner, once", async () => {
  const { network, enter } = await given({ env: { VEGA_ADMIN_PASSWORD: "" } });
  const path = join(network.folder, "admin-password");
  const password = (await readFile(path, "utf8")).trim();
  expect(password).toMatch(/^[a-z2-9]{6}(-[a-z2-9]{6}){3}$/);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await enter("admin", password)).grant.user.role).toBe("admin");
  await network.stop("auth");
  await network.start("auth");
  expect((await readFile(path, "utf8")).trim()).toBe(password);
  await enter("admin", password);
});

test("auth starts without state, says what it waits for, and works when state is there", async () => {
  const { network, enter } = await given();
  await network.stop("auth");
  await network.stop("state");
  await network.start("auth");
  const report = async () => {
    const reports = await collectReports(network.bus, { waitMs: 500, enough: () => true });
    return reports[0];
  };
  const bothAnswer = (reports: readonly unknown[]) => reports.length === 2;
  expect(await report()).toMatchObject({ ready: false, checks: { accounts: "waiting for state" } });
  await expect(enter("admin", ADMIN_PASSWORD)).rejects.toMatchObject(code("unavailable"));
  await network.start("state");
  await until("auth is prepared", async () => {
    const reports = await collectReports(network.bus, { waitMs: 500, enough: bothAnswer });
    return reports.some(({ service, ready }) => service === "auth" && ready);
  });
  await enter("admin", ADMIN_PASSWORD);

  await network.stop("state");
  expect(await report()).toMatchObject({ ready: true, checks: { accounts: "ok" } });
  await network.start("state");
});
