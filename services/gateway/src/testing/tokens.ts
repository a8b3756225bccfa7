import type { Claims, PublicJwk, Role } from "@vega/contracts";
import { ACCESS_AUDIENCE, ACCESS_TOKEN_SECONDS, TOKEN_ISSUER } from "@vega/contracts";
import jwt from "jsonwebtoken";
import type { KeyObject } from "node:crypto";
import { generateKeyPairSync, randomUUID } from "node:crypto";

/** A signing key of the test's own. */
export interface TestKey {
  readonly jwk: PublicJwk;
  readonly publicKey: KeyObject;
  sign(claims: Partial<Claims>): string;
}

/** @param now milliseconds since the epoch */
export function testKey(kid: string, now: () => number): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    jwk: { ...publicKey.export({ format: "jwk" }), kid, alg: "ES256", use: "sig" } as PublicJwk,
    publicKey,
    sign: (claims) =>
      jwt.sign(claimsOf("user", now(), claims), privateKey, { algorithm: "ES256", keyid: kid }),
  };
}

/** The claims of a valid access token of a role. */
export function claimsOf(role: Role, now: number, more: Partial<Claims> = {}): Claims {
  const iat = Math.floor(now / 1_000);
  return {
    iss: TOKEN_ISSUER,
    aud: ACCESS_AUDIENCE,
    sub: randomUUID(),
    sid: randomUUID(),
    role,
    username: role,
    iat,
    exp: iat + ACCESS_TOKEN_SECONDS,
    ...more,
  };
}
