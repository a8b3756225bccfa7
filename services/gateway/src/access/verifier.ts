import type { Claims, PublicJwk } from "@vega/contracts";
import { claimsSchema, TOKEN_ALGORITHM, TOKEN_ISSUER } from "@vega/contracts";
import jwt from "jsonwebtoken";
import type { KeyObject } from "node:crypto";
import { createPublicKey } from "node:crypto";

export type VerificationResult =
  | { readonly ok: true; readonly claims: Claims }
  | { readonly ok: false; readonly reason: "expired" | "invalid" }
  /** Signed with a key that is not known here: it may be newer than the keys are. */
  | { readonly ok: false; readonly reason: "unknown_key" };

/** Verified tokens that are kept: a signature costs a hundred times as much as looking it up. */
const MAX_KEPT = 10_000;

export interface Verifier {
  /** Takes the place of the keys known so far. */
  setKeys(keys: readonly PublicJwk[]): void;
  hasKeys(): boolean;
  verify(token: string, audience: Claims["aud"]): VerificationResult;
}

/** The key id in the header of a token that is not verified yet; undefined where the text is no JWT. */
function keyIdOf(token: string): string | undefined {
  let kid: unknown;
  try {
    kid = jwt.decode(token, { complete: true })?.header.kid;
  } catch {
    // `decode` throws where the header says `typ: JWT` and the payload is no JSON.
    return undefined;
  }
  return typeof kid === "string" ? kid : undefined;
}

/** @param now milliseconds since the epoch */
export function createVerifier(now: () => number): Verifier {
  let keys = new Map<string, KeyObject>();
  /** By audience and token. */
  const kept = new Map<string, Claims>();

  const check = (token: string, audience: Claims["aud"]): VerificationResult => {
    const kid = keyIdOf(token);
    if (kid === undefined) return { ok: false, reason: "invalid" };
    const key = keys.get(kid);
    if (!key) return { ok: false, reason: "unknown_key" };
    try {
      // The algorithm is ours to say: what the token's header claims is not believed.
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
      // A key that is gone takes its tokens with it.
      kept.clear();
    },
    hasKeys: () => keys.size > 0,
    verify(token, audience) {
      const id = `${audience} ${token}`;
      const known = kept.get(id);
      if (known) {
        if (known.exp * 1_000 > now()) return { ok: true, claims: known };
        kept.delete(id);
        return { ok: false, reason: "expired" };
      }
      const result = check(token, audience);
      if (result.ok) {
        const [oldest] = kept.keys();
        if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
        kept.set(id, result.claims);
      }
      return result;
    },
  };
}
