import { VegaError, apiKeys, audit, signingKeys } from "@vega/contracts";
import { createLogger } from "@vega/service-kit";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestApp } from "../testing/app.ts";
import { testApp } from "../testing/app.ts";
import { testKey } from "../testing/tokens.ts";

/* Everything an anonymous caller can put into the Authorization header and the session cookie. */

const NOW = Date.parse("2026-01-31T12:00:00.000Z");
const key = testKey("k1", () => NOW);
const lines: string[] = [];
let gateway: TestApp;

/** The bus client and auth: refuses input outside of the contract, and knows no API key. */
function reply(subject: string, input: unknown) {
  if (subject === signingKeys.requests.jwks.subject) return { sequence: 1, keys: [key.jwk] };
  if (subject === audit.requests.note.subject) return { sequence: 1 };
  if (subject !== apiKeys.requests.verify.subject)
    throw new VegaError("unavailable", "the service is unavailable");
  const isValid = apiKeys.requests.verify.input.safeParse(input).success;
  throw new VegaError(isValid ? "unauthorized" : "invalid", "refused");
}

beforeAll(async () => {
  const log = createLogger("gateway", "trace", { write: (line) => void lines.push(line) });
  gateway = await testApp({ VEGA_PUBLIC_READS: "true" }, () => NOW, log);
  gateway.handleRequest = reply;
});
afterAll(() => gateway.close());

const base64url = (content: string | Uint8Array) => Buffer.from(content).toString("base64url");
const json = fc.oneof(
  fc.json(),
  fc.constantFrom("null", "[]", "1", '""', "{}", "[".repeat(5_000), '{"exp":1e999}'),
);
const garbage = fc.oneof(
  fc.string({ unit: "binary-ascii", maxLength: 40 }),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
);
const keyId = fc.oneof(fc.constantFrom<unknown>("k1", "x", "__proto__", 1, null), fc.jsonValue());
const header = fc
  .record(
    {
      alg: fc.constantFrom<unknown>("ES256", "none", "HS256", 1),
      typ: fc.constantFrom<unknown>("JWT", "jwt", null),
      kid: keyId,
    },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value));
const part = fc.oneof(
  json.map(base64url),
  header.map(base64url),
  garbage.map(base64url),
  garbage,
  fc.constantFrom("", "A".repeat(300)),
);
const [goodHeader = "", goodPayload = "", goodSignature = ""] = key.sign({}).split(".");
const jwt = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: header.map(base64url) }, fc.constant(goodHeader), part),
    fc.oneof({ weight: 3, arbitrary: part }, fc.constant(goodPayload)),
    fc.oneof(fc.constant(goodSignature), part),
  )
  .map((parts) => parts.join("."))
  .filter((token) => token !== `${goodHeader}.${goodPayload}.${goodSignature}`);
const secret = fc.oneof(
  jwt,
  fc.array(part, { maxLength: 5 }).map((parts) => parts.join(".")),
  part.map((text) => `vega_${text}`),
  part.map((text) => `vr_${text}`),
  garbage,
);
const authorization = fc.oneof(
  { weight: 3, arbitrary: secret.map((text) => `Bearer ${text}`) },
  fc.tuple(fc.constantFrom("bearer  ", "Basic ", "Bearer", ""), secret).map((all) => all.join("")),
);
const cookie = fc.oneof(
  { weight: 3, arbitrary: secret.map((text) => `vega_session=${text}`) },
  secret.map((text) => `a=%; vega_session=${text}; vega_session=b`),
  secret,
);

async function statusOf(method: "GET" | "POST", url: string, headers: Record<string, string>) {
  return (await gateway.app.inject({ method, url, headers })).statusCode;
}

test("property: no Authorization header is an internal error, on a route of any kind", async () => {
  await fc.assert(
    fc.asyncProperty(authorization, async (text) => {
      const headers = { authorization: text };
      expect(await statusOf("GET", "/api/auth/me", headers)).toBe(401);
      expect(await statusOf("GET", "/api/status", headers)).toBe(401);
      expect(await statusOf("GET", "/v1/models", headers)).toBe(401);
      expect(await statusOf("POST", "/api/auth/logout", headers)).toBe(200);
    }),
    { numRuns: 300 },
  );
});

test("property: no cookie is an internal error; with public reads it counts as anonymous", async () => {
  await fc.assert(
    fc.asyncProperty(cookie, async (text) => {
      const headers = { cookie: text };
      expect(await statusOf("GET", "/api/auth/me", headers)).toBe(401);
      expect(await statusOf("GET", "/api/status", headers)).toBe(200);
      expect(await statusOf("POST", "/api/auth/logout", headers)).toBe(200);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["a payload that is no JSON", `${base64url('{"alg":"ES256","typ":"JWT","kid":"x"}')}.aGVsbG8.AA`],
  ["a payload of 100,000 characters", `${goodHeader}.${"A".repeat(100_000)}.${goodSignature}`],
  ["an API key longer than the contract", `vega_${"A".repeat(300)}`],
])("%s is unauthorized", async (_name, token) => {
  const bearer = { authorization: `Bearer ${token}` };
  expect(await statusOf("GET", "/api/auth/me", bearer)).toBe(401);
  expect(await statusOf("GET", "/api/auth/me", { cookie: `vega_session=${token}` })).toBe(401);
});

test("the log of these requests has no error and no stack", () => {
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => /"stack"|"level":"error"/.test(line))).toEqual([]);
});
