import type { RequestContract } from "@vega/contracts";
import * as contracts from "@vega/contracts";
import { request } from "@vega/messaging";
import type { Service } from "@vega/service-kit";
import type { Network } from "@vega/test-support";
import { readWholeLog, startNetwork } from "@vega/test-support";
import { createHash, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { z } from "zod";
import { envToConfig, startState } from "../../index.ts";

/* Every request of accounts over a real bus, two replicas of state on one SQLite file. */

const LATER = "2099-01-01T00:00:00.000Z";
const hash = (secret: string) => createHash("sha256").update(secret).digest("hex");

let network: Network;
let second: Service;
beforeAll(async () => {
  network = await startNetwork({ services: ["state"] });
  // After the first: two that make a fresh data folder at once are another matter than the one tested here.
  const env = { NATS_URL: network.nats.url, VEGA_DATA_DIR: network.folder, LOG_LEVEL: "silent" };
  second = await startState(envToConfig(env));
});
afterAll(async () => {
  await second.stop();
  await network.close();
});

const context = { actor: { id: "system:auth", address: "192.0.2.1", user_agent: "a test" } };
function ask<Input extends z.ZodType, Output extends z.ZodType>(
  contract: RequestContract<Input, Output>,
  input: z.input<Input>,
  actor: string = context.actor.id,
) {
  return request(network.bus, contract, input, { actor: { ...context.actor, id: actor } });
}

let count = 0;
async function newUser(more: { email?: string; role?: contracts.Role } = {}) {
  const id = randomUUID();
  const { email = null, role = "user" } = more;
  const username = `user-${(count += 1)}`;
  const user = { id, username, email, password_hash: "bcrypt", role };
  return (await ask(contracts.users.requests.createDocument, { user, by: "self" })).user;
}

async function newSession(user: contracts.User, id = randomUUID(), expires_at = LATER) {
  const { session } = await ask(contracts.sessions.requests.open, {
    session: {
      id,
      user_id: user.id,
      expires_at,
      address: "192.0.2.1",
      user_agent: "a browser",
      family_hash: hash(`family ${id}`),
      refresh_hash: hash(`${id} 0`),
    },
    if_password_of: user.password_changed_at,
  });
  return session;
}

const has = (data: unknown, name: string, value: unknown) =>
  (data as Record<string, unknown>)[name] === value;

const newKey = (user: contracts.User, expires_at: string | null = null) =>
  ask(contracts.apiKeys.requests.createDocument, {
    key: {
      id: randomUUID(),
      user_id: user.id,
      name: "a key",
      secret_hash: hash("key"),
      scopes: ["read"],
      expires_at,
    },
  });

test("an account is made, found by each of its names, changed and listed", async () => {
  const user = await newUser({ email: "Ada@example.org" });
  for (const by of [
    { id: user.id },
    { username: user.username.toUpperCase() },
    { email: "ada@EXAMPLE.org" },
  ]) {
    expect((await ask(contracts.users.requests.find, by)).user).toEqual(user);
  }
  expect((await ask(contracts.users.requests.find, { username: "unknown" })).user).toBeNull();
  const other = await newUser();
  const { user: changed } = await ask(contracts.users.requests.changeDocument, {
    id: other.id,
    role: "operator",
  });
  expect(changed).toMatchObject({ id: other.id, role: "operator" });
  const first = await ask(contracts.users.requests.listDocuments, { limit: 1 });
  const rest = await ask(contracts.users.requests.listDocuments, {
    after: first.users[0]?.id ?? "",
  });
  const ids = [...first.users, ...rest.users].map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining([user.id, other.id]));
  expect(ids).toEqual(ids.toSorted());
});

test("of those who claim one username at two replicas at once, one wins", async () => {
  for (let round = 0; round < 10; round += 1) {
    const claims = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) =>
        ask(contracts.users.requests.createDocument, {
          user: {
            id: randomUUID(),
            username: n % 2 === 0 ? `Wanted${round}` : `wanted${round}`,
            email: null,
            password_hash: null,
            role: "user",
          },
          by: "self",
        }),
      ),
    );
    expect(claims.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const claim of claims) {
      if (claim.status === "rejected") expect(claim.reason).toMatchObject({ code: "conflict" });
    }
    const { user } = await ask(contracts.users.requests.find, { username: `wanted${round}` });
    expect(user).not.toBeNull();
  }
});

test("both replicas take part", async () => {
  const seen = new Set<string>();
  const client = network.bus.nats.services.client();
  for await (const { id } of await client.stats("state")) seen.add(id);
  expect(seen.size).toBe(2);
});

test("an invitation makes an account once, a link sets a password once", async () => {
  const invite = hash(randomUUID());
  const token = { purpose: "invite" as const, user_id: null, role: "viewer" as const };
  await ask(contracts.oneTimeTokens.requests.issue, {
    hash: invite,
    token: { ...token, expires_at: LATER },
  });
  const create = (username: string) =>
    ask(contracts.users.requests.createDocument, {
      user: { id: randomUUID(), username, email: null, password_hash: "bcrypt", role: "user" },
      by: "invite",
      invite,
    });
  const { user } = await create("invited");
  expect(user.role).toBe("viewer");
  await expect(create("uninvited")).rejects.toMatchObject({ code: "not_found" });

  await newSession(user);
  const link = hash(randomUUID());
  const reset = { purpose: "password_reset" as const, user_id: user.id, role: null };
  await ask(contracts.oneTimeTokens.requests.issue, {
    hash: link,
    token: { ...reset, expires_at: LATER },
  });
  const set = () =>
    ask(contracts.users.requests.resetPassword, { token: link, password_hash: "another" });
  expect((await set()).user.password_hash).toBe("another");
  await expect(set()).rejects.toMatchObject({ code: "not_found" });
  expect(
    (await ask(contracts.sessions.requests.listDocuments, { user_id: user.id })).sessions,
  ).toEqual([]);
});

test("a session is opened, rotated, ended by reuse; others are ended by name", async () => {
  const user = await newUser();
  const [one, two] = [await newSession(user), await newSession(user)];
  const rotate = (secret: string, next: string) =>
    ask(contracts.sessions.requests.rotate, {
      user_id: user.id,
      session_id: one.id,
      family_hash: hash(`family ${one.id}`),
      refresh_hash: hash(`${one.id} ${secret}`),
      next_refresh_hash: hash(`${one.id} ${next}`),
    });
  expect((await rotate("0", "1")).outcome).toMatchObject({
    kind: "rotated",
    session: { generation: 1 },
    user: { id: user.id },
  });
  expect((await rotate("0", "2")).outcome).toEqual({ kind: "reused" });
  expect((await rotate("1", "2")).outcome).toEqual({ kind: "unknown" });
  const left = await ask(contracts.sessions.requests.listDocuments, { user_id: user.id });
  expect(left.sessions).toEqual([two]);
  const end = { user_id: user.id, session_ids: [two.id], reason: "logout" as const };
  expect((await ask(contracts.sessions.requests.endDocuments, end)).ended).toBe(1);
  await expect(
    ask(contracts.sessions.requests.open, {
      session: { ...two, id: randomUUID() },
      if_password_of: "2020-01-01T00:00:00.000Z",
    }),
  ).rejects.toMatchObject({ code: "conflict" });
});

test("of many refreshes with one token at two replicas, one goes through and the session ends", async () => {
  const user = await newUser();
  const session = await newSession(user);
  const outcomes = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      ask(contracts.sessions.requests.rotate, {
        user_id: user.id,
        session_id: session.id,
        family_hash: session.family_hash,
        refresh_hash: session.refresh_hash,
        next_refresh_hash: hash(`next ${n}`),
      }),
    ),
  );
  const kinds = outcomes.map(({ outcome }) => outcome.kind).toSorted();
  expect(kinds).toEqual(["reused", "rotated", ...Array<string>(6).fill("unknown")].toSorted());
});

test("a key is made, found with its owner, listed and revoked; a disabled owner's is not found", async () => {
  const user = await newUser();
  const { key } = await newKey(user);
  const address = { user_id: user.id, key_id: key.id };
  expect((await ask(contracts.apiKeys.requests.find, address)).found).toEqual({ key, user });
  expect((await ask(contracts.apiKeys.requests.listDocuments, { user_id: user.id })).keys).toEqual([
    key,
  ]);
  await ask(contracts.users.requests.changeDocument, { id: user.id, disabled: true });
  expect((await ask(contracts.apiKeys.requests.find, address)).found).toBeNull();
  await ask(contracts.users.requests.changeDocument, { id: user.id, disabled: false });
  await ask(contracts.apiKeys.requests.revokeDocument, address);
  expect((await ask(contracts.apiKeys.requests.find, address)).found).toBeNull();
  await expect(ask(contracts.apiKeys.requests.revokeDocument, address)).rejects.toMatchObject({
    code: "not_found",
  });
});

test("expired sessions, keys and links are not found, and are swept", async () => {
  const user = await newUser();
  const over = "2020-01-01T00:00:00.000Z";
  const session = await newSession(user, randomUUID(), over);
  const { key } = await newKey(user, over);
  const token = { purpose: "password_reset" as const, user_id: user.id, role: null };
  await ask(contracts.oneTimeTokens.requests.issue, {
    hash: hash("late"),
    token: { ...token, expires_at: over },
  });
  expect(
    (await ask(contracts.sessions.requests.listDocuments, { user_id: user.id })).sessions,
  ).toEqual([]);
  const address = { user_id: user.id, key_id: key.id };
  expect((await ask(contracts.apiKeys.requests.find, address)).found).toBeNull();
  expect((await ask(contracts.users.requests.sweepExpired, {})).removed).toBe(3);
  expect((await ask(contracts.users.requests.sweepExpired, {})).removed).toBe(0);
  expect((await ask(contracts.apiKeys.requests.listDocuments, { user_id: user.id })).keys).toEqual(
    [],
  );
  const log = await readWholeLog(network.bus);
  const ended = log.find(
    ({ type, data }) =>
      type === contracts.sessions.events.ended.type && has(data, "session_id", session.id),
  );
  expect(ended?.data).toMatchObject({ reason: "expired" });
});

test("preferences are kept", async () => {
  const user = await newUser();
  const user_id = user.id;
  expect((await ask(contracts.preferences.requests.get, { user_id })).preferences).toBeNull();
  await ask(contracts.preferences.requests.put, { user_id, value: { theme: "dark" } });
  const { preferences } = await ask(contracts.preferences.requests.get, { user_id });
  expect(preferences?.value).toEqual({ theme: "dark" });
});

test("of two who add a signing key at once one does; the newest comes first", async () => {
  const add = (kid: string, if_newest: string | null, retire: string[] = []) => {
    const jwk = { kty: "EC", crv: "P-256", x: "x", y: "y", kid, alg: "ES256", use: "sig" } as const;
    const key = { kid, public_jwk: jwk, sealed: "sealed" };
    return ask(contracts.signingKeys.requests.add, { key, if_newest, retire });
  };
  const tried = await Promise.allSettled(["a", "b", "c", "d"].map((kid) => add(kid, null)));
  const done = tried.filter((one) => one.status === "fulfilled");
  expect(done).toHaveLength(1);
  const first = done[0]?.value.keys[0]?.kid ?? "";
  expect((await add("e", first)).keys.map(({ kid }) => kid)).toEqual(["e", first]);
  await add("f", "e", [first]);
  const { keys } = await ask(contracts.signingKeys.requests.list, {});
  expect(keys.map(({ kid }) => kid)).toEqual(["f", "e"]);
});

test("the last administrator stays", async () => {
  const admin = await newUser({ role: "admin" });
  const change = { id: admin.id, disabled: true };
  await expect(ask(contracts.users.requests.changeDocument, change)).rejects.toMatchObject({
    code: "conflict",
  });
  await expect(ask(contracts.users.requests.eraseDocument, { id: admin.id })).rejects.toMatchObject(
    {
      code: "conflict",
    },
  );
  const first = { ...admin, id: randomUUID(), username: "another-first" };
  await expect(
    ask(contracts.users.requests.createDocument, {
      user: first,
      by: "first_start",
      only_if_none: true,
    }),
  ).rejects.toMatchObject({ code: "conflict" });
});

test("an account is collected without secrets, and erased without remains", async () => {
  const user = await newUser({ email: "gone@example.org" });
  const session = await newSession(user);
  const { key } = await newKey(user);
  const mine = contracts.storedNamespace(user.id, "notes");
  const values = [{ key: "a", value: "what I think" }];
  await ask(contracts.memory.requests.put, { namespace: mine, values }, user.id);
  await ask(contracts.memory.requests.put, { namespace: "default", values }, user.id);
  await ask(contracts.preferences.requests.put, { user_id: user.id, value: { theme: "dark" } });

  const { data } = await ask(contracts.users.requests.collect, { id: user.id });
  expect(data).toMatchObject({
    account: { id: user.id, username: user.username, email: "gone@example.org" },
    sessions: [{ id: session.id }],
    api_keys: [{ id: key.id }],
    preferences: { theme: "dark" },
    memory: { notes: { a: "what I think" } },
  });
  const told = JSON.stringify(data);
  for (const secret of [session.family_hash, session.refresh_hash, key.secret_hash, "bcrypt"]) {
    expect(told).not.toContain(secret);
  }

  await ask(contracts.users.requests.eraseDocument, { id: user.id });
  const gone = { code: "not_found" };
  await expect(ask(contracts.users.requests.eraseDocument, { id: user.id })).rejects.toMatchObject(
    gone,
  );
  await expect(ask(contracts.users.requests.collect, { id: user.id })).rejects.toMatchObject(gone);
  expect((await ask(contracts.users.requests.find, { email: "gone@example.org" })).user).toBeNull();
  expect(
    (await ask(contracts.sessions.requests.listDocuments, { user_id: user.id })).sessions,
  ).toEqual([]);
  expect((await ask(contracts.memory.requests.list, { namespace: mine })).entries).toEqual([]);
  expect(
    (await ask(contracts.preferences.requests.get, { user_id: user.id })).preferences,
  ).toBeNull();
  const shared = await ask(contracts.memory.requests.get, { namespace: "default", key: "a" });
  expect(shared.entry.value).toBe("what I think");
  const erasure = (await readWholeLog(network.bus)).slice(-3);
  expect(erasure).toMatchObject([
    {
      type: contracts.sessions.events.ended.type,
      data: { reason: "erased", session_id: session.id },
    },
    { type: contracts.apiKeys.events.revoked.type, data: { reason: "erased", key_id: key.id } },
    { type: contracts.users.events.erased.type, data: { user_id: user.id } },
  ]);
});
