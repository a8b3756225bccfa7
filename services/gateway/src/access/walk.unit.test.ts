import type { Role } from "@vega/contracts";
import { COOKIE_AUDIENCE, ROLES, VegaError, sessions, signingKeys, users } from "@vega/contracts";
import { createHmac, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestApp } from "../testing/app.ts";
import { TEST_TOKEN, testApp } from "../testing/app.ts";
import { eventOf } from "../testing/log.ts";
import type { TestKey } from "../testing/tokens.ts";
import { claimsOf, testKey } from "../testing/tokens.ts";
import { isPublic } from "./access.ts";
import type { AccessRow } from "./table.ts";
import { roleOf } from "./table.ts";

/*
 * Every route with every role and every kind of invalid token, without public reads. The other services are unavailable:
 * an admitted request ends with 503 or a client error, never with 401 or 403.
 */

let now = Date.parse("2026-01-31T12:00:00.000Z");
const key: TestKey = testKey("k1", () => now);
let gateway: TestApp;
let open: TestApp;

const answer = (subject: string) => {
  if (subject === signingKeys.requests.jwks.subject) return { sequence: 1, keys: [key.jwk] };
  throw new VegaError("unavailable", "the service is unavailable; try again");
};
beforeAll(async () => {
  gateway = await testApp({ VEGA_PUBLIC_READS: "false" }, () => now);
  open = await testApp({ VEGA_PUBLIC_READS: "true" }, () => now);
  gateway.handleRequest = answer;
  open.handleRequest = answer;
});
afterAll(async () => {
  await gateway.close();
  await open.close();
});

const PARAMS: Readonly<Record<string, string>> = {
  ":id": randomUUID(),
  ":name": "unknown",
  ":namespace": "notes",
  ":key": "k",
};

/** Routes of the API; pages of the documentation are files. */
const routes = (rows: readonly AccessRow[]) =>
  rows.filter(({ url, method }) => !url.startsWith("/docs") && method !== "OPTIONS");

async function call(
  { app }: TestApp,
  { method, url }: AccessRow,
  headers: Record<string, string>,
): Promise<number> {
  const path = url.replaceAll(/:\w+/g, (name) => PARAMS[name] ?? name);
  // A stream would not end: an invalid type is refused after authorization.
  const query = url === "/api/events" ? "?types=none" : "";
  const response = await app.inject({ method: method as "GET", url: path + query, headers });
  return response.statusCode;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const cookie = (token: string) => ({
  cookie: `vega_session=${token}`,
  origin: "http://localhost:5000",
  host: "localhost:5000",
});
const isAdmitted = (status: number) => status !== 401 && status !== 403;

const expected = (row: AccessRow, role: Role): boolean => {
  const least = roleOf(row.access);
  return least === null || ROLES.indexOf(role) >= ROLES.indexOf(least);
};

test.each(ROLES)(
  "%s reaches exactly the routes of the access table, by token and by cookie",
  async (role) => {
    const rows = routes(gateway.app.accessTable);
    const seen: [string, boolean, boolean][] = [];
    const declared: typeof seen = [];
    for (const row of rows) {
      const name = `${row.method} ${row.url}`;
      const byToken = await call(gateway, row, bearer(key.sign(claimsOf(role, now))));
      const inCookie = key.sign(claimsOf(role, now, { aud: COOKIE_AUDIENCE }));
      const byCookie = await call(gateway, row, cookie(inCookie));
      seen.push([name, isAdmitted(byToken), isAdmitted(byCookie)]);
      declared.push([name, expected(row, role), expected(row, role)]);
    }
    expect(seen).toEqual(declared);
  },
);

test("the admin token reaches all routes except those of an account", async () => {
  for (const row of routes(gateway.app.accessTable)) {
    const status = await call(gateway, row, bearer(TEST_TOKEN));
    expect([row.url, isAdmitted(status)]).toEqual([row.url, row.access !== "account"]);
  }
});

test("an anonymous caller reaches open routes, and public ones with VEGA_PUBLIC_READS", async () => {
  for (const row of routes(gateway.app.accessTable)) {
    const [closed, opened] = [await call(gateway, row, {}), await call(open, row, {})];
    expect([row.url, isAdmitted(closed), isAdmitted(opened)]).toEqual([
      row.url,
      row.access === "open",
      row.access === "open" || isPublic(row.access),
    ]);
  }
});

describe("an invalid token reaches open routes only", () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const admin = () => claimsOf("admin", now);
  const unsigned = (header: object) =>
    `${encode({ typ: "JWT", kid: "k1", ...header })}.${encode(admin())}`;
  const hs256 = () => {
    const text = unsigned({ alg: "HS256" });
    const pem = key.publicKey.export({ type: "spki", format: "pem" });
    return `${text}.${createHmac("sha256", pem).update(text).digest("base64url")}`;
  };
  const tampered = () => {
    const [head, , signature] = key.sign(claimsOf("viewer", now)).split(".");
    return `${head}.${encode(admin())}.${signature}`;
  };
  const ofEndedSession = () => {
    const claims = admin();
    const data = { session_id: claims.sid, user_id: claims.sub, reason: "logout" as const };
    for (const { dependencies } of [gateway, open]) {
      dependencies.identity.apply(eventOf(sessions.events.ended, 11, data));
    }
    return key.sign(claims);
  };
  const ofDisabled = () => {
    const claims = admin();
    const data = {
      user_id: claims.sub,
      changed: ["disabled" as const],
      role: claims.role,
      disabled: true,
    };
    for (const { dependencies } of [gateway, open]) {
      dependencies.identity.apply(eventOf(users.events.changed, 11, data));
    }
    return key.sign(claims);
  };
  const kinds: [string, () => string][] = [
    ["expired", () => key.sign({ ...admin(), iat: now / 1_000 - 901, exp: now / 1_000 - 1 })],
    ["of an ended session", ofEndedSession],
    ["of a disabled account", ofDisabled],
    ["signed by another key with the same kid", () => testKey("k1", () => now).sign(admin())],
    ["of an unknown key", () => testKey("k9", () => now).sign(admin())],
    ["tampered", tampered],
    ["alg none", () => `${unsigned({ alg: "none" })}.`],
    ["HS256 with the public key", hs256],
    [
      "a cookie token, sent as a bearer token",
      () => key.sign({ ...admin(), aud: COOKIE_AUDIENCE }),
    ],
    ["an API key that does not exist", () => "vega_AAAA"],
    ["nonsense", () => "x"],
  ];

  test.each(kinds)("%s", async (name, make) => {
    const token = make();
    for (const row of routes(gateway.app.accessTable)) {
      const status = await call(gateway, row, bearer(token));
      // API keys are verified by auth, which is unavailable here.
      const refused = name.startsWith("an API key") ? 503 : 401;
      if (row.access === "open") expect([row.url, isAdmitted(status)]).toEqual([row.url, true]);
      else expect([row.url, status]).toEqual([row.url, refused]);
      if (row.access === "open" || name.includes("cookie") || name.startsWith("an API")) continue;
      // The same as a cookie; with public reads an invalid cookie counts as anonymous.
      expect([row.url, await call(gateway, row, cookie(token))]).toEqual([row.url, 401]);
      expect([row.url, isAdmitted(await call(open, row, cookie(token)))]).toEqual([
        row.url,
        isPublic(row.access),
      ]);
    }
  });
});

test("a write by cookie needs an own origin; a read does not", async () => {
  const token = key.sign(claimsOf("admin", now, { aud: COOKIE_AUDIENCE }));
  const bare = { cookie: `vega_session=${token}`, host: "localhost:5000" };
  for (const row of routes(gateway.app.accessTable).filter(({ access }) => access !== "open")) {
    const reads = row.method === "GET";
    for (const headers of [bare, { ...bare, origin: "https://evil.test" }]) {
      const status = await call(gateway, row, headers);
      expect([row.url, status === 403]).toEqual([row.url, !reads]);
    }
  }
});

test("a lowered role applies at once, also to valid tokens", async () => {
  const claims = claimsOf("admin", now);
  const token = key.sign(claims);
  const row = { method: "GET", url: "/api/admin/users", access: "admin" } as const;
  expect(isAdmitted(await call(gateway, row, bearer(token)))).toBe(true);
  now += 1_500;
  const event = eventOf(users.events.changed, 11, {
    user_id: claims.sub,
    changed: ["role"],
    role: "viewer",
    disabled: false,
  });
  gateway.dependencies.identity.apply({ ...event, time: new Date(now).toISOString() });
  expect(await call(gateway, row, bearer(token))).toBe(403);
  now += 1_500;
  expect(
    isAdmitted(
      await call(gateway, row, bearer(key.sign(claimsOf("admin", now, { sub: claims.sub })))),
    ),
  ).toBe(true);
});
