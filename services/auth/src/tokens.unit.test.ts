import { ACCESS_AUDIENCE, claimsSchema, COOKIE_AUDIENCE } from "@vega/contracts";
import fc from "fast-check";
import jwt from "jsonwebtoken";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import {
  hashOf,
  newSecret,
  readApiKey,
  readInvite,
  readRefreshToken,
  readResetToken,
  sameHash,
  signToken,
  writeApiKey,
  writeInvite,
  writeRefreshToken,
  writeResetToken,
} from "./tokens.ts";

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const publicKey = createPublicKey(privateKey);
const signer = { kid: "key-1", privateKey };
const NOW = Date.parse("2026-01-31T12:00:00.500Z");
const SECONDS = Math.floor(NOW / 1_000);
const user = {
  id: "0194c0de-0000-4000-8000-000000000001",
  username: "ada",
  role: "operator",
} as const;
const session = {
  id: "0194c0de-0000-4000-8000-000000000002",
  expires_at: "2026-03-02T12:00:00.000Z",
};
const verify = (token: string, at = SECONDS) =>
  jwt.verify(token, publicKey, { algorithms: ["ES256"], clockTimestamp: at });

test("an access token has exactly the claims of the contract and lasts 15 minutes", () => {
  const { token, seconds } = signToken(signer, ACCESS_AUDIENCE, user, session, NOW);
  const { header, payload } = jwt.decode(token, { complete: true }) ?? {};
  expect(header).toEqual({ alg: "ES256", typ: "JWT", kid: "key-1" });
  const claims = {
    iss: "vega",
    aud: "vega:access",
    sub: user.id,
    sid: session.id,
    role: "operator",
    username: "ada",
    iat: SECONDS,
    exp: SECONDS + 900,
  };
  expect(payload).toEqual(claims);
  expect(claimsSchema.parse(payload)).toEqual(claims);
  expect(seconds).toBe(900);
  expect(verify(token, SECONDS + 899)).toBeTruthy();
  expect(() => verify(token, SECONDS + 901)).toThrow("expired");
});

test("a cookie token lasts a day, at most as long as its session", () => {
  const day = signToken(signer, COOKIE_AUDIENCE, user, session, NOW);
  expect(day.seconds).toBe(86_400);
  expect(jwt.decode(day.token)).toMatchObject({ aud: "vega:cookie" });
  const ending = { ...session, expires_at: "2026-01-31T12:01:00.000Z" };
  expect(signToken(signer, COOKIE_AUDIENCE, user, ending, NOW).seconds).toBe(60);
  expect(signToken(signer, ACCESS_AUDIENCE, user, ending, NOW).seconds).toBe(60);
});

test("a token with any change does not verify", () => {
  const { token } = signToken(signer, ACCESS_AUDIENCE, user, session, NOW);
  const [header = "", payload = "", signature = ""] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const forged = [
    `${header}.${encode({ ...claims, role: "admin" })}.${signature}`,
    `${encode({ alg: "none", typ: "JWT" })}.${payload}.`,
    `${encode({ alg: "HS256", typ: "JWT" })}.${payload}.${signature}`,
  ];
  for (const text of forged) expect(() => verify(text)).toThrow();
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const stolen = signToken(
    { kid: "key-1", privateKey: other },
    ACCESS_AUDIENCE,
    user,
    session,
    NOW,
  );
  expect(() => verify(stolen.token)).toThrow("invalid signature");
});

test("opaque tokens are read as they were written", () => {
  const [family, own] = [newSecret(), newSecret()];
  const refresh = { userId: user.id, sessionId: session.id, family, own };
  expect(writeRefreshToken(refresh)).toMatch(/^vr_[\w-]{128}$/);
  expect(readRefreshToken(writeRefreshToken(refresh))).toEqual(refresh);
  const key = { userId: user.id, keyId: session.id, secret: own };
  expect(writeApiKey(key)).toMatch(/^vega_[\w-]{86}$/);
  expect(readApiKey(writeApiKey(key))).toEqual(key);
  const reset = { userId: user.id, secret: own };
  expect(readResetToken(writeResetToken(reset))).toEqual(reset);
  expect(readInvite(writeInvite(own))).toEqual(own);
});

test("each token has one text: characters that Node would ignore are refused", () => {
  const text = writeApiKey({ userId: user.id, keyId: session.id, secret: newSecret() });
  for (const other of [
    `${text}=`,
    `${text} `,
    text.replace("_", "_ "),
    text.slice(0, -1),
    "vega_",
  ]) {
    expect(readApiKey(other)).toBeUndefined();
  }
});

test("a token whose ids are not UUIDs is refused", () => {
  const text = writeApiKey({ userId: "ab".repeat(16), keyId: session.id, secret: newSecret() });
  expect(readApiKey(text)?.userId).toBeUndefined();
  expect(readRefreshToken(`vr_${Buffer.alloc(96, 0xab).toString("base64url")}`)).toBeUndefined();
});

test("property: no text makes a reader throw", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString("base64url")),
  );
  fc.assert(
    fc.property(fc.constantFrom("", "vr_", "vega_"), text, (prefix, rest) => {
      for (const read of [readRefreshToken, readApiKey, readResetToken, readInvite]) {
        read(prefix + rest);
      }
    }),
  );
});

test("hashes are compared in full", () => {
  const hash = hashOf(Buffer.from("a"));
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(sameHash(hash, hash)).toBe(true);
  expect(sameHash(hash, hashOf(Buffer.from("b")))).toBe(false);
  expect(sameHash(hash, "")).toBe(false);
});
