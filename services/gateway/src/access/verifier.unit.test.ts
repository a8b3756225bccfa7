import type { PublicJwk } from "@vega/contracts";
import { ACCESS_AUDIENCE, COOKIE_AUDIENCE } from "@vega/contracts";
import jwt from "jsonwebtoken";
import { createHmac, generateKeyPairSync } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import type { Verifier } from "./verifier.ts";
import { createVerifier } from "./verifier.ts";

const NOW = Date.parse("2026-01-31T12:00:00.000Z");
const pair = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const ours = pair();
const jwkOf = ({ publicKey }: ReturnType<typeof pair>, kid: string) =>
  ({ ...publicKey.export({ format: "jwk" }), kid, alg: "ES256", use: "sig" }) as PublicJwk;

const seconds = NOW / 1_000;
const claims = {
  iss: "vega",
  aud: ACCESS_AUDIENCE,
  sub: "7b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11",
  sid: "0d1c9a52-6b9b-4e0f-8f3f-5f0f7a6d2c33",
  role: "user",
  username: "ada",
  iat: seconds,
  exp: seconds + 900,
};
const sign = (payload: object = claims, key = ours.privateKey, kid = "k1") =>
  jwt.sign(JSON.parse(JSON.stringify(payload)), key, { algorithm: "ES256", keyid: kid });

let verifier: Verifier;
let now: number;
beforeEach(() => {
  now = NOW;
  verifier = createVerifier(() => now);
  verifier.setKeys([jwkOf(ours, "k1")]);
});
const verify = (token: string) => verifier.verify(token, ACCESS_AUDIENCE);

const text = (content: string) => Buffer.from(content).toString("base64url");
const encode = (value: unknown) => text(JSON.stringify(value));

test("a valid token returns its claims, also from the cache", () => {
  const token = sign();
  expect(verify(token)).toEqual({ ok: true, claims });
  expect(verify(token)).toEqual({ ok: true, claims });
});

test("a token expires to the second, also a cached one", () => {
  const token = sign();
  now = NOW + 899_999;
  expect(verify(token).ok).toBe(true);
  now = NOW + 900_000;
  expect(verify(token)).toEqual({ ok: false, reason: "expired" });
  verifier.setKeys([jwkOf(ours, "k1")]);
  expect(verify(token)).toEqual({ ok: false, reason: "expired" });
});

const [head = "", body = "", signature = ""] = sign().split(".");
const publicPem = ours.publicKey.export({ type: "spki", format: "pem" });
const hs256 = `${encode({ alg: "HS256", typ: "JWT", kid: "k1" })}.${encode(claims)}`;

test.each([
  ["alg none", `${encode({ alg: "none", kid: "k1" })}.${body}.`],
  ["alg none with the signature", `${encode({ alg: "none", kid: "k1" })}.${body}.${signature}`],
  [
    "HS256 with the public key",
    `${hs256}.${createHmac("sha256", publicPem).update(hs256).digest("base64url")}`,
  ],
  ["another payload", `${head}.${encode({ ...claims, role: "admin" })}.${signature}`],
  ["no signature", `${head}.${body}.`],
  ["another key under our kid", sign(claims, pair().privateKey)],
  ["another issuer", sign({ ...claims, iss: "other" })],
  ["another audience", sign({ ...claims, aud: COOKIE_AUDIENCE })],
  ["no role", sign({ ...claims, role: undefined })],
  ["an unknown role", sign({ ...claims, role: "root" })],
  ["no end", sign({ ...claims, exp: undefined })],
  ["not yet", sign({ ...claims, nbf: seconds + 60 })],
  ["no kid", jwt.sign(claims, ours.privateKey, { algorithm: "ES256" })],
  ["a payload that is no JSON", `${head}.${text("hello")}.${signature}`],
  ["a payload that is no base64url", `${head}.+/=.${signature}`],
  ["an empty payload", `${head}..${signature}`],
  ["a payload null", `${head}.${encode(null)}.${signature}`],
  ["a payload that is a list", `${head}.${encode([])}.${signature}`],
  ["a payload that is a number", `${head}.${encode(1)}.${signature}`],
  ["a payload nested 50,000 levels", `${head}.${text("[".repeat(50_000))}.${signature}`],
  ["a header that is no JSON", `${text("hello")}.${body}.${signature}`],
  ["a header that is null", `${encode(null)}.${body}.${signature}`],
  ["a header that is a list", `${encode([])}.${body}.${signature}`],
  ["a kid that is a number", `${encode({ alg: "ES256", kid: 1 })}.${body}.${signature}`],
  ["a kid that is an object", `${encode({ alg: "ES256", kid: {} })}.${body}.${signature}`],
  ["an unknown kid and no JSON", `${encode({ typ: "JWT", kid: "x" })}.${text("hello")}.`],
  ["a signature of the wrong length", `${head}.${body}.AAAA`],
  ["no token", "a.b.c"],
  ["nothing", ""],
])("%s is refused", (_name, token) => {
  expect(verify(token)).toEqual({ ok: false, reason: "invalid" });
});

test("an unknown key has its own reason, and removing a key invalidates its tokens", () => {
  const other = pair();
  expect(verify(sign(claims, other.privateKey, "k2"))).toMatchObject({ reason: "unknown_key" });
  const token = sign();
  expect(verify(token).ok).toBe(true);
  verifier.setKeys([jwkOf(other, "k2")]);
  expect(verify(token)).toMatchObject({ reason: "unknown_key" });
  expect(verify(sign(claims, other.privateKey, "k2")).ok).toBe(true);
});

test("a token cached for one audience is refused for another", () => {
  const token = sign();
  expect(verify(token).ok).toBe(true);
  expect(verifier.verify(token, COOKIE_AUDIENCE).ok).toBe(false);
});
