import type { Api, Network } from "@vega/test-support";
import { startNetwork, until } from "@vega/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  bearer,
  cookieOf,
  logIn as logInAt,
  me,
  newName,
  newPerson,
  PASSWORD,
  post,
} from "./people.ts";

/* Accounts over HTTP, on two gateways. */

let network: Network;
let api: Api;
let other: Api;

beforeAll(async () => {
  network = await startNetwork({
    replicas: { gateway: 2 },
    env: { VEGA_REGISTRATION: "open", VEGA_PUBLIC_READS: "true" },
  });
  const [first, second] = network.apis;
  if (!first || !second) throw new Error("two gateways are needed");
  [api, other] = [first, second];
});
afterAll(() => network?.close());

const json = { "content-type": "application/json" };
const person = (role?: string) => newPerson(api, role);
const logIn = (username: string, password?: string) => logInAt(api, username, password);

test("a login returns tokens and an HttpOnly cookie, which every gateway accepts", async () => {
  const ada = await person();
  const answer = await post(api, "/api/auth/login", { username: ada.username, password: PASSWORD });
  expect(answer.body).toMatchObject({
    token_type: "Bearer",
    expires_in: 900,
    user: { id: ada.id, username: ada.username, role: "user", disabled: false },
  });
  expect(JSON.stringify(answer.body)).not.toContain("$2");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const [cookie, refresh] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/^vega_session=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(refresh).toMatch(
    /^vega_refresh=[^;]+; Max-Age=\d+; Path=\/api\/auth; HttpOnly; SameSite=Strict$/,
  );
  for (const at of [api, other]) {
    expect((await me(at, ada.access)).body).toMatchObject({
      kind: "session",
      user: { username: ada.username },
      permissions: ["read", "account", "memory", "library", "chat"],
    });
    expect((await at.get("/api/auth/me", { cookie: ada.cookie })).status).toBe(200);
  }
});

test("a wrong password and an unknown name get the same response", async () => {
  const ada = await person();
  const wrong = await post(api, "/api/auth/login", { username: ada.username, password: "wrong" });
  const unknown = await post(api, "/api/auth/login", {
    username: "unknown-name",
    password: "wrong",
  });
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  expect(wrong.body.detail).toBe(unknown.body.detail);
});

test.each([
  ["short", { password: "abc" }],
  ["common", { password: "password1" }],
  ["over 72 bytes", { password: "ä".repeat(37) }],
  ["the name", { password: "somebody-with-a-name", username: "somebody-with-a-name" }],
  ["a bad name", { username: "two words" }],
])("a registration is refused: %s", async (_name, change) => {
  const body = { username: newName(), password: PASSWORD, ...change };
  const answer = await post(api, "/api/auth/register", body);
  expect(answer.status).toBe(400);
  expect(answer.headers.get("content-type")).toContain("problem+json");
});

test("a name in another case counts as taken", async () => {
  const ada = await person();
  const again = { username: ada.username.toUpperCase(), password: PASSWORD };
  expect((await post(api, "/api/auth/register", again)).status).toBe(409);
});

test("refresh tokens rotate; the reuse of an old one ends the session and its access tokens at every gateway", async () => {
  const ada = await person();
  const refresh = (token: string) => post(other, "/api/auth/refresh", { refresh_token: token });
  const second = await refresh(ada.refresh);
  expect(second.status).toBe(200);
  expect(second.body.refresh_token).not.toBe(ada.refresh);
  expect((await refresh("vr_nonsense")).status).toBe(401);
  expect((await refresh(ada.refresh)).status).toBe(401);
  expect((await refresh(second.body.refresh_token)).status).toBe(401);
  for (const at of [api, other]) {
    await until("the token is refused", async () => {
      return (await me(at, second.body.access_token)).status === 401;
    });
  }
});

test("a logout reaches every gateway within a second", async () => {
  const ada = await person();
  expect((await me(other, ada.access)).status).toBe(200);
  const out = await post(api, "/api/auth/logout", undefined, bearer(ada.access));
  expect(out.status).toBe(200);
  expect(out.headers.getSetCookie()[0]).toMatch(/^vega_session=;/);
  expect((await me(api, ada.access)).status).toBe(401);
  await until(
    "the other gateway knows",
    async () => (await me(other, ada.access)).status === 401,
    1_000,
  );
  expect((await other.get("/api/auth/me", { cookie: ada.cookie })).status).toBe(401);
});

test("sessions are listed with device and last use, and can be ended one by one or all", async () => {
  const ada = await person();
  const phone = await logIn(ada.username);
  const list = await api.get("/api/auth/sessions", {
    ...bearer(ada.access),
    "user-agent": "a test",
  });
  expect(list.body).toHaveLength(2);
  expect(list.body.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
  expect(list.body[0]).toMatchObject({ address: "127.0.0.1", user_agent: expect.any(String) });
  expect(JSON.stringify(list.body)).not.toMatch(/hash/);
  const its = list.body.find(({ current }: { current: boolean }) => !current).id;
  const end = (path: string) =>
    api.raw(`/api/auth/sessions${path}`, { method: "DELETE", headers: bearer(ada.access) });
  expect((await end(`/${its}`)).body).toEqual({ success: true, ended: 1 });
  expect((await me(api, phone.access)).status).toBe(401);
  expect((await end("?keep_current=true")).status).toBe(200);
  expect((await me(api, ada.access)).status).toBe(200);
  expect((await end("")).body.ended).toBe(1);
  expect((await me(api, ada.access)).status).toBe(401);
});

test("a new password ends every other session, and the old password is refused", async () => {
  const ada = await person();
  const phone = await logIn(ada.username);
  const next = "another-passphrase-here";
  const change = (current: string) =>
    post(
      api,
      "/api/auth/password",
      { current_password: current, new_password: next },
      bearer(ada.access),
    );
  expect((await change("wrong")).status).toBe(401);
  expect((await change(PASSWORD)).status).toBe(200);
  expect((await me(api, ada.access)).status).toBe(200);
  expect((await me(api, phone.access)).status).toBe(401);
  expect(
    (await post(api, "/api/auth/login", { username: ada.username, password: PASSWORD })).status,
  ).toBe(401);
  await logIn(ada.username, next);
});

test("an administrator issues a link for a new password, which works once", async () => {
  const ada = await person();
  const link = await api.send("POST", `/api/admin/users/${ada.id}/password-reset`);
  const reset = () =>
    post(api, "/api/auth/password/reset", {
      token: link.body.token,
      new_password: "set-by-the-link-77",
    });
  expect((await reset()).status).toBe(200);
  expect((await reset()).status).toBe(404);
  expect((await me(api, ada.access)).status).toBe(401);
  await logIn(ada.username, "set-by-the-link-77");
  const unknown = await post(api, "/api/auth/password/reset", { username: "unknown-name" });
  const known = await post(api, "/api/auth/password/reset", { username: ada.username });
  expect([unknown.status, known.status]).toEqual([202, 202]);
  expect(unknown.body).toEqual(known.body);
});

test("an API key has its scopes, at most the permissions of its owner, and no access to the account", async () => {
  const ada = await person("operator");
  const made = await post(
    api,
    "/api/auth/keys",
    { name: "script", scopes: ["operate"] },
    bearer(ada.access),
  );
  expect(made.status).toBe(201);
  const key = bearer(made.body.secret);
  const iterate = (at: Api) => post(at, "/api/infinity-loop/iterate", undefined, key);
  expect((await iterate(other)).status).toBe(200);
  expect((await api.get("/api/auth/sessions", key)).status).toBe(403);
  expect((await api.get("/api/admin/users", key)).status).toBe(403);
  expect((await api.get("/api/auth/keys", bearer(ada.access))).body).toMatchObject([
    { name: "script", scopes: ["operate"] },
  ]);
  const tooMuch = { name: "more", scopes: ["admin"] };
  expect((await post(api, "/api/auth/keys", tooMuch, bearer(ada.access))).status).toBe(403);

  const demoted = await api.send("PATCH", `/api/admin/users/${ada.id}`, { role: "user" });
  expect(demoted.status).toBe(200);
  await until(
    "the key loses the permission",
    async () => (await iterate(other)).status === 403,
    1_000,
  );
  await api.send("PATCH", `/api/admin/users/${ada.id}`, { role: "operator" });
  await until(
    "the key has the permission again",
    async () => (await iterate(other)).status === 200,
    1_000,
  );

  const revoke = { method: "DELETE", headers: bearer((await logIn(ada.username)).access) };
  expect((await api.raw(`/api/auth/keys/${made.body.key.id}`, revoke)).status).toBe(200);
  await until("the key is refused", async () => (await iterate(other)).status === 401, 1_000);
});

test("a disabled account is refused within a second; the last administrator cannot be disabled", async () => {
  const ada = await person();
  await api.send("PATCH", `/api/admin/users/${ada.id}`, { disabled: true });
  await until(
    "the token is refused",
    async () => (await me(other, ada.access)).status === 401,
    1_000,
  );
  expect(
    (await post(api, "/api/auth/login", { username: ada.username, password: PASSWORD })).status,
  ).toBe(401);
  expect((await post(api, "/api/auth/refresh", { refresh_token: ada.refresh })).status).toBe(401);
  await api.send("PATCH", `/api/admin/users/${ada.id}`, { disabled: false });
  await logIn(ada.username);

  const { users } = (await api.get("/api/admin/users", bearer("a-token-for-tests-only"))).body;
  const admins = users.filter(({ role }: { role: string }) => role === "admin");
  expect(admins).toHaveLength(1);
  const last = await api.send("PATCH", `/api/admin/users/${admins[0].id}`, { role: "user" });
  expect(last.status).toBe(409);
});

test("the predecessor's login: always 200, a cookie for a correct password, a display number", async () => {
  const boss = await person("admin");
  const login = (body: unknown) => post(api, "/api/admin/login", body);
  const good = await login({ username: boss.username, password: PASSWORD });
  expect(good.status).toBe(200);
  expect(good.body).toMatchObject({ success: true, message: expect.any(String) });
  const { body: cores } = await api.get("/api/cores");
  const powers = Object.values(cores as Record<string, { power: number }>).map(
    ({ power }) => power,
  );
  expect(good.body.resonanceScore).toBe(
    Math.round(powers.reduce((sum, power) => sum + power, 0) / powers.length),
  );
  expect(good.body.resonanceMessage).toContain(String(good.body.resonanceScore));
  const cookie = cookieOf(good);
  const write = (headers: Record<string, string>) =>
    post(api, "/api/infinity-loop/iterate", undefined, { cookie, ...headers });
  expect((await write({ origin: api.url })).status).toBe(200);
  expect((await write({})).status).toBe(403);
  expect((await write({ origin: "https://evil.test" })).status).toBe(403);
  expect(
    (await post(api, "/api/admin/logout", undefined, { cookie, origin: api.url })).status,
  ).toBe(200);
  expect((await write({ origin: api.url })).status).toBe(401);

  const plain = await person();
  for (const body of [
    { username: boss.username, password: "wrong" },
    { username: plain.username, password: PASSWORD },
    { password: 7 },
    {},
    undefined,
  ]) {
    const bad = await login(body);
    expect([bad.status, bad.body.success, bad.headers.getSetCookie()]).toEqual([200, false, []]);
  }
});

test("a logout with the cookie from another site is refused", async () => {
  const ada = await person();
  for (const path of ["/api/auth/logout", "/api/admin/logout"]) {
    const from = { cookie: ada.cookie, origin: "https://evil.test" };
    expect((await post(api, path, undefined, from)).status).toBe(403);
  }
  expect((await me(api, ada.access)).status).toBe(200);
});

test("the page for a new password exists and allows no foreign script", async () => {
  const page = await fetch(`${api.url}/reset`);
  expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
  expect(await page.text()).toContain('<script src="/reset.js"');
  const script = await fetch(`${api.url}/reset.js`);
  expect(script.headers.get("content-type")).toContain("text/javascript");
  expect(await script.text()).toContain("/api/auth/password/reset");
});

test("a viewer has the reads of an anonymous client and cannot write memory", async () => {
  const vi = await person("viewer");
  await api.send("PUT", "/api/memory/board/note", { value: "for all" });
  const read = await api.get("/api/memory/board/note", bearer(vi.access));
  expect(read.body.value).toBe("for all");
  const write = await api.send("PUT", "/api/memory/board/note", { value: 1 }, bearer(vi.access));
  expect(write.status).toBe(403);
});

test("the audit trail has actor, action and address of changes and refusals", async () => {
  const ada = await person();
  const admin = bearer("a-token-for-tests-only");
  await api.raw("/api/modules/relax", {
    method: "PATCH",
    headers: { ...json, ...bearer(ada.access), "user-agent": "a-test-agent" },
    body: JSON.stringify({ status: "inactive" }),
  });
  await post(api, "/api/auth/login", { username: ada.username, password: "wrong" });
  const query = async (filter: string) =>
    (await api.get(`/api/audit?${filter}`, admin)).body.entries;
  const denied = await until("the refusal is recorded", async () => {
    const found = await query(`action=vega.access.denied.v1&actor=${ada.id}`);
    return found.length > 0 && found;
  });
  expect(denied[0]).toMatchObject({
    actor: ada.id,
    address: "127.0.0.1",
    user_agent: "a-test-agent",
    request_id: expect.any(String),
    data: { method: "PATCH", route: "/api/modules/:name", reason: "forbidden" },
  });
  const failed = await until("the failed login is recorded", async () => {
    const found = await query("action=vega.login.*");
    return (
      found.some((entry: { data: { user_id: string } }) => entry.data.user_id === ada.id) && found
    );
  });
  expect(JSON.stringify(failed)).not.toContain("wrong");
  expect(await query(`action=vega.session.started.v1&subject=sessions/${ada.id}/*`)).toHaveLength(
    1,
  );
  const page = (await api.get("/api/audit?limit=3", admin)).body;
  expect(page.entries).toHaveLength(3);
  const next = (await api.get(`/api/audit?limit=3&cursor=${page.next_cursor}`, admin)).body;
  expect(next.entries[0].sequence).toBe(page.entries[2].sequence - 1);
  const csv = await (
    await fetch(`${api.url}/api/audit?format=csv&action=vega.user.*`, { headers: admin })
  ).text();
  expect(csv.split("\r\n")[0]).toBe(
    "sequence,time,action,subject,actor,address,user_agent,request_id,data,erased,hash",
  );
  expect(csv).toContain("vega.user.registered.v1");
});
