import type { Claims } from "@vega/contracts";
import { ACCESS_AUDIENCE, COOKIE_AUDIENCE, VegaError } from "@vega/contracts";
import { hash, timingSafeEqual } from "node:crypto";
import type { ApiKeys } from "./api-keys.ts";
import type { Credential } from "./credentials.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Principal } from "./principal.ts";
import { ADMIN_TOKEN, ANONYMOUS } from "./principal.ts";
import type { Revocations } from "./revocations.ts";
import type { Verifier } from "./verifier.ts";

/**
 * The principal of a credential. Tokens that are signed with a known key are verified locally.
 * Throws (or rejects with) VegaError: `unauthorized` for an invalid credential, `unavailable` before the keys are loaded.
 */
export type Authenticate = (credential: Credential) => Principal | Promise<Principal>;

const sha256 = (text: string) => hash("sha256", text, "buffer");

export function createAuthenticate(options: {
  adminToken: string;
  verifier: Verifier;
  keyRing: KeyRing;
  revocations: Revocations;
  apiKeys: ApiKeys;
}): Authenticate {
  const { verifier, keyRing, revocations, apiKeys } = options;
  // Digests have equal length, so the comparison takes constant time.
  const adminToken = sha256(options.adminToken);

  const principalOf = (claims: Claims, via: "bearer" | "cookie"): Principal => {
    const standing = revocations.standing(claims.sub);
    if (revocations.sessionEnded(claims.sid) || standing?.disabled) {
      throw new VegaError("unauthorized", "the session has ended; log in again");
    }
    // A token has the role at its issue. `iat` is in whole seconds, so a change in the same second counts as later.
    const changed = standing !== undefined && standing.at >= claims.iat * 1_000;
    return {
      kind: "session",
      userId: claims.sub,
      sessionId: claims.sid,
      username: claims.username,
      role: changed ? standing.role : claims.role,
      via,
    };
  };

  const ofToken = (
    token: string,
    audience: Claims["aud"],
    via: "bearer" | "cookie",
    last = false,
  ): Principal | Promise<Principal> => {
    const result = verifier.verify(token, audience);
    if (result.ok) return principalOf(result.claims, via);
    if (result.reason === "unknown_key" && !last) {
      return keyRing.retry().then(() => ofToken(token, audience, via, true));
    }
    if (result.reason === "unknown_key" && !verifier.hasKeys()) {
      throw new VegaError("unavailable", "the signing keys are not loaded yet; try again");
    }
    throw new VegaError(
      "unauthorized",
      result.reason === "expired"
        ? "the token has expired; refresh it or log in again"
        : "the token is invalid; log in again",
    );
  };

  return (credential) => {
    if (credential.kind === "none") return ANONYMOUS;
    if (credential.kind === "unreadable") {
      throw new VegaError(
        "unauthorized",
        "malformed Authorization header; send Authorization: Bearer <token>",
      );
    }
    const { kind, secret } = credential;
    if (kind === "cookie") return ofToken(secret, COOKIE_AUDIENCE, "cookie");
    if (timingSafeEqual(sha256(secret), adminToken)) return ADMIN_TOKEN;
    return kind === "api_key" ? apiKeys.find(secret) : ofToken(secret, ACCESS_AUDIENCE, "bearer");
  };
}
