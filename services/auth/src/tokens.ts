import type { Claims, PublicUser, Role } from "@vega/contracts";
import {
  ACCESS_AUDIENCE,
  ACCESS_TOKEN_SECONDS,
  API_KEY_PREFIX,
  COOKIE_AUDIENCE,
  COOKIE_TOKEN_SECONDS,
  TOKEN_ALGORITHM,
  TOKEN_ISSUER,
  userIdSchema,
} from "@vega/contracts";
import jwt from "jsonwebtoken";
import type { KeyObject } from "node:crypto";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/*
 * Two kinds of tokens: JWTs, which every holder of the public keys can verify without a request, and opaque ones, random
 * bytes of which only a hash is stored. SHA-256 without salt or cost is enough for 256 random bits.
 */

const SECRET_BYTES = 32;
const UUID_BYTES = 16;
const REFRESH_PREFIX = "vr_";

/** The stored form of a secret: SHA-256, hex. */
export const hashOf = (secret: Uint8Array): string =>
  createHash("sha256").update(secret).digest("hex");

/** Compares two hashes in constant time. */
export const sameHash = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

export const newSecret = (): Buffer => randomBytes(SECRET_BYTES);

/** A refresh token: account, session and two secrets; see `sessionSchema`. */
export interface RefreshToken {
  readonly userId: string;
  readonly sessionId: string;
  readonly family: Buffer;
  readonly own: Buffer;
}

export const writeRefreshToken = ({ userId, sessionId, family, own }: RefreshToken): string =>
  REFRESH_PREFIX + write(userId, sessionId, family, own);

/** Undefined if the text is not a refresh token. */
export function readRefreshToken(text: string): RefreshToken | undefined {
  const bytes = read(text, REFRESH_PREFIX, 2, 2);
  if (!bytes) return undefined;
  return {
    userId: uuidOf(bytes, 0),
    sessionId: uuidOf(bytes, UUID_BYTES),
    family: bytes.subarray(2 * UUID_BYTES, 2 * UUID_BYTES + SECRET_BYTES),
    own: bytes.subarray(2 * UUID_BYTES + SECRET_BYTES),
  };
}

export interface ApiKeyText {
  readonly userId: string;
  readonly keyId: string;
  readonly secret: Buffer;
}

export const writeApiKey = ({ userId, keyId, secret }: ApiKeyText): string =>
  API_KEY_PREFIX + write(userId, keyId, secret);

/** Undefined if the text is not an API key. */
export function readApiKey(text: string): ApiKeyText | undefined {
  const bytes = read(text, API_KEY_PREFIX, 2, 1);
  if (!bytes) return undefined;
  return {
    userId: uuidOf(bytes, 0),
    keyId: uuidOf(bytes, UUID_BYTES),
    secret: bytes.subarray(2 * UUID_BYTES),
  };
}

/** The token of a password reset. It names the account, so that no password is hashed for an invented token. */
export interface ResetToken {
  readonly userId: string;
  readonly secret: Buffer;
}

export const writeResetToken = ({ userId, secret }: ResetToken): string => write(userId, secret);

export function readResetToken(text: string): ResetToken | undefined {
  const bytes = read(text, "", 1, 1);
  return bytes && { userId: uuidOf(bytes, 0), secret: bytes.subarray(UUID_BYTES) };
}

export const writeInvite = (secret: Buffer): string => write(secret);

export const readInvite = (text: string): Buffer | undefined => read(text, "", 0, 1);

function write(...parts: readonly (string | Buffer)[]): string {
  const bytes = parts.map((part) =>
    typeof part === "string" ? Buffer.from(part.replaceAll("-", ""), "hex") : part,
  );
  return Buffer.concat(bytes).toString("base64url");
}

/** The bytes of a token with the given numbers of ids and secrets. */
function read(text: string, prefix: string, ids: number, secrets: number): Buffer | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const bytes = Buffer.from(text.slice(prefix.length), "base64url");
  // Compared with its own encoding, because Node ignores invalid characters: one secret must have one text.
  const length = ids * UUID_BYTES + secrets * SECRET_BYTES;
  const whole = bytes.length === length && prefix + bytes.toString("base64url") === text;
  const found = Array.from({ length: ids }, (_, index) => uuidOf(bytes, index * UUID_BYTES));
  return whole && found.every((id) => userIdSchema.safeParse(id).success) ? bytes : undefined;
}

const uuidOf = (bytes: Buffer, at: number): string =>
  bytes
    .toString("hex", at, at + UUID_BYTES)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

export interface Signer {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** A signed token and its lifetime in seconds. */
export interface Signed {
  readonly token: string;
  readonly seconds: number;
}

const LIFETIMES = {
  [ACCESS_AUDIENCE]: ACCESS_TOKEN_SECONDS,
  [COOKIE_AUDIENCE]: COOKIE_TOKEN_SECONDS,
} as const;

/**
 * Signs a token that expires with its session at the latest.
 * @param now milliseconds since the epoch
 */
export function signToken(
  signer: Signer,
  audience: Claims["aud"],
  user: Pick<PublicUser, "id" | "username"> & { readonly role: Role },
  session: { readonly id: string; readonly expires_at: string },
  now: number,
): Signed {
  const iat = Math.floor(now / 1_000);
  const end = Math.floor(Date.parse(session.expires_at) / 1_000);
  const exp = Math.min(iat + LIFETIMES[audience], end);
  const claims: Claims = {
    iss: TOKEN_ISSUER,
    aud: audience,
    sub: user.id,
    sid: session.id,
    role: user.role,
    username: user.username,
    iat,
    exp,
  };
  const token = jwt.sign(claims, signer.privateKey, {
    algorithm: TOKEN_ALGORITHM,
    keyid: signer.kid,
  });
  return { token, seconds: Math.max(0, exp - iat) };
}
