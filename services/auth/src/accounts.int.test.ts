import { apiKeys, sessions, users } from "@vega/contracts";
import { reservePort, until } from "@vega/test-support";
import { once } from "node:events";
import { SMTPServer } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { ADMIN_PASSWORD, PASSWORD, code, given } from "./testing/network.ts";

test("an invitation registers one account with its role; registration without one is refused", async () => {
  const { send, signUp, logIn } = await given({ env: { VEGA_REGISTRATION: "invite" } });
  await expect(signUp("eve")).rejects.toMatchObject(code("forbidden"));
  const { invite, expires_at } = await send(users.requests.invite, { role: "operator" });
  expect(Date.parse(expires_at)).toBeGreaterThan(Date.now());
  const join_ = (username: string, text = invite) =>
    send(users.requests.register, { username, password: PASSWORD, invite: text });
  await expect(join_("ada", `${invite.slice(0, -3)}AAA`)).rejects.toMatchObject(code("not_found"));
  await expect(join_("ada", "x")).rejects.toMatchObject(code("not_found"));
  expect((await join_("ada")).user.role).toBe("operator");
  await expect(join_("bob")).rejects.toMatchObject(code("not_found"));
  expect((await logIn("ada")).grant.user.role).toBe("operator");
});

test("closed registration: only an administrator creates accounts", async () => {
  const { send, signUp, logIn } = await given({ env: { VEGA_REGISTRATION: "closed" } });
  const { invite } = await send(users.requests.invite, {});
  await expect(
    send(users.requests.register, { username: "ada", password: PASSWORD, invite }),
  ).rejects.toMatchObject(code("forbidden"));
  await expect(signUp("ada")).rejects.toMatchObject(code("forbidden"));
  const weak = send(users.requests.create, { username: "ada", password: "password1" });
  await expect(weak).rejects.toMatchObject(code("invalid"));
  const { user } = await send(users.requests.create, { username: "ada", role: "viewer" });
  await expect(logIn("ada")).rejects.toMatchObject(code("unauthorized"));
  const { token } = await send(users.requests.issuePasswordReset, { user_id: user.id });
  await send(users.requests.completePasswordReset, { token, new_password: PASSWORD });
  expect((await logIn("ada")).grant.user.role).toBe("viewer");
  const names = (await send(users.requests.list, {})).users.map(({ username }) => username);
  expect(names.toSorted()).toEqual(["ada", "admin"]);
  const page = await send(users.requests.list, { limit: 1 });
  const rest = await send(users.requests.list, { limit: 1, after: page.next_after });
  expect([...page.users, ...rest.users]).toEqual((await send(users.requests.list, {})).users);
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

test("a password reset by mail works once and ends all sessions", async () => {
  const { mails, url } = await mailServer();
  const { send, signUp, logIn } = await given({
    env: { SMTP_URL: url, VEGA_PUBLIC_URL: "https://vega.example.org" },
  });
  await signUp("ada", "ada@example.org");
  await signUp("bob");
  const { grant } = await logIn("ada");
  const replies = [];
  for (const username_or_email of ["unknown", "bob", "ADA@example.org"]) {
    replies.push(await send(users.requests.requestPasswordReset, { username_or_email }));
  }
  expect(replies.every((reply) => Object.keys(reply).join() === "sequence")).toBe(true);
  const [mail] = await until("the mail arrives", () => mails.length > 0 && mails);
  expect(mail).toContain("To: ada@example.org");
  // Decodes quoted-printable.
  const text = mail?.replaceAll("=\r\n", "").replaceAll("=3D", "=") ?? "";
  const token = /https:\/\/vega\.example\.org\/reset#token=([\w-]+)/.exec(text)?.[1] ?? "";
  const complete = (new_password: string) =>
    send(users.requests.completePasswordReset, { token, new_password });
  await expect(complete("password1")).rejects.toMatchObject(code("invalid"));
  await complete("battery staple");
  await expect(complete("battery staples")).rejects.toMatchObject(code("not_found"));
  await logIn("ada", "battery staple");
  const old = { refresh_token: grant.refresh_token };
  await expect(send(sessions.requests.refresh, old)).rejects.toMatchObject(code("unauthorized"));
  expect(mails).toHaveLength(1);
});

test("an unreachable mail server does not change the reply", async () => {
  const { send, signUp } = await given({
    env: { SMTP_URL: `smtp://127.0.0.1:${await reservePort()}` },
  });
  await signUp("ada", "ada@example.org");
  for (const username_or_email of ["ada", "unknown"]) {
    await send(users.requests.requestPasswordReset, { username_or_email });
  }
});

test("an API key has at most its owner's permissions, until it is revoked or the owner disabled", async () => {
  const { send, signUp } = await given();
  const { id: user_id } = await signUp("ada");
  const create = (scopes: ("read" | "memory" | "operate")[], expires_at?: string) =>
    send(apiKeys.requests.create, { user_id, name: "a key", scopes, expires_at });
  await expect(create(["read", "operate"])).rejects.toMatchObject(code("forbidden"));
  const past = create(["read"], "2020-01-01T00:00:00.000Z");
  await expect(past).rejects.toMatchObject(code("invalid"));
  const { key, secret } = await create(["read", "memory", "read"]);
  expect(secret).toMatch(/^vega_/);
  expect(key.scopes).toEqual(["read", "memory"]);
  const check = () => send(apiKeys.requests.verify, { secret });
  expect(await check()).toMatchObject({
    key: { id: key.id },
    user: { id: user_id, username: "ada" },
  });
  expect(JSON.stringify(await check())).not.toContain("hash");
  const forged = `${secret.slice(0, -4)}AAAA`;
  await expect(send(apiKeys.requests.verify, { secret: forged })).rejects.toMatchObject(
    code("unauthorized"),
  );

  await send(users.requests.change, { user_id, disabled: true });
  await expect(check()).rejects.toMatchObject(code("unauthorized"));
  await send(users.requests.change, { user_id, disabled: false });
  await check();
  expect((await send(apiKeys.requests.list, { user_id })).keys).toEqual([key]);
  await send(apiKeys.requests.revoke, { user_id, key_id: key.id });
  await expect(check()).rejects.toMatchObject(code("unauthorized"));
  const again = send(apiKeys.requests.revoke, { user_id, key_id: key.id });
  await expect(again).rejects.toMatchObject(code("not_found"));
});

test("disabling an account ends its sessions and logins; the last administrator cannot be disabled", async () => {
  const { send, signUp, logIn } = await given();
  const { id: user_id } = await signUp("ada");
  const { grant } = await logIn("ada");
  await send(users.requests.change, { user_id, disabled: true });
  await expect(logIn("ada")).rejects.toMatchObject(code("unauthorized"));
  const refresh = send(sessions.requests.refresh, { refresh_token: grant.refresh_token });
  await expect(refresh).rejects.toMatchObject(code("unauthorized"));
  const admin = (await logIn("admin", ADMIN_PASSWORD)).grant.user;
  for (const change of [{ disabled: true }, { role: "user" as const }]) {
    const last = send(users.requests.change, { user_id: admin.id, ...change });
    await expect(last).rejects.toMatchObject(code("conflict"));
  }
  await expect(send(users.requests.erase, { user_id: admin.id })).rejects.toMatchObject(
    code("conflict"),
  );
});

test("an account can be exported and erased by its owner", async () => {
  const { send, signUp, logIn } = await given();
  const { id: user_id } = await signUp("ada", "ada@example.org");
  const { grant } = await logIn("ada");
  const { data } = await send(users.requests.export, { user_id });
  expect(JSON.stringify(data)).toContain("ada@example.org");
  expect(JSON.stringify(data)).not.toContain("$2b$");
  const erase = (password: string) => send(users.requests.deleteOwn, { user_id, password });
  await expect(erase("wrong horse")).rejects.toMatchObject(code("unauthorized"));
  await erase(PASSWORD);
  await expect(send(users.requests.get, { user_id })).rejects.toMatchObject(code("not_found"));
  await expect(logIn("ada")).rejects.toMatchObject(code("unauthorized"));
  const refresh = send(sessions.requests.refresh, { refresh_token: grant.refresh_token });
  await expect(refresh).rejects.toMatchObject(code("unauthorized"));
  expect((await signUp("ada")).id).not.toBe(user_id);
});
