import type { Claims, PublicJwk } from "@vega/contracts";
import { claimsSchema, TOKEN_ALGORITHM, TOKEN_ISSUER } from "@vega/contracts";
import jwt from "jsonwebtoken";
import type { KeyObject } from "node:crypto";
import { createPublicKey } from "node:crypto";

export type VerificationResult =
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly reason: "expired" | "invalid" }
  /** Signed with an unknown key, which may be newer than the loaded ones. */
  | { readonly ok: false; readonly reason: "unknown_key" };

/** Cached verified tokens: a signature check costs a hundred times as much as a lookup. */
const MAX_CACHED = 10_000;

export interface Verifier {
  /** Replaces all keys. */
  setKeys(keys: readonly PublicJwk[]): void;
  hasKeys(): boolean;
  verify(token: string, audience: Claims["aud"]): VerificationResult;
}

/** The key id in the header of an unverified token; undefined for text that is not a JWT. */
function keyIdOf(token: string): string | undefined {
  let kid: unknown;
  try {
    kid = jwt.decode(token, { complete: true })?.header.kid;
  } catch {
    // `decode` throws for `typ: JWT` with a payload that is not JSON.
    return undefined;
  }
  return typeof kid === "string" ? kid : undefined;
}

/** @param now milliseconds since the epoch */
export function createVerifier(now: () => number): Verifier {
  let keys = new Map<string, KeyObject>();
  /** By audience and token. */
  const cache = new Map<string, Claims>();

  const check = (token: string, audience: Claims["aud"]): VerificationResult => {
    const kid = keyIdOf(token);
    if (kid === undefined) return { ok: false, reason: "invalid" };
    const key = keys.get(kid);
    if (!key) return { ok: false, reason: "unknown_key" };
    try {
      // The algorithm is fixed: the header of the token is not trusted.
      const payload = jwt.verify(token, key, {
        algorithms: [TOKEN_ALGORITHM],
        issuer: TOKEN_ISSUER,
        audience,
        clockTimestamp: Math.floor(now() / 1_000),
      });
      const claims = claimsSchema.safeParse(payload);
      return claims.success ? { ok: true, claims: claims.data } : { ok: false, reason: "invalid" };
    } catch (error) {
      const expired = error instanceof jwt.TokenExpiredError;
      return { ok: false, reason: expired ? "expired" : "invalid" };
    }
  };

  return {
    setKeys(next) {
      keys = new Map(next.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: "jwk" })]));
      // Tokens of removed keys are no longer valid.
      cache.clear();
    },
    hasKeys: () => keys.size > 0,
    verify(token, audience) {
      const id = `${audience} ${token}`;
      const known = cache.get(id);
      if (known) {
        if (known.exp * 1_000 > now()) return { ok: true, claims: known };
        cache.delete(id);
        return { ok: false, reason: "expired" };
      }
      const result = check(token, audience);
      if (result.ok) {
        const [oldest] = cache.keys();
        if (cache.size >= MAX_CACHED && oldest !== undefined) cache.delete(oldest);
        cache.set(id, result.claims);
      }
      return result;
    },
  };
}
