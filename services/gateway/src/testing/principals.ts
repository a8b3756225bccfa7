import type { Role, Scope } from "@vega/contracts";
import { ROLES, SCOPES, VegaError, apiKeys, signingKeys } from "@vega/contracts";
import type { Principal } from "../access/principal.ts";
import { ADMIN_TOKEN, ANONYMOUS } from "../access/principal.ts";
import { TEST_TOKEN } from "./app.ts";
import type { TestKey } from "./tokens.ts";
import { claimsOf } from "./tokens.ts";

/** A principal, with the token that proves it. */
export interface Credential {
  readonly name: string;
  /** Undefined for an anonymous caller. */
  readonly token: string | undefined;
  readonly principal: Principal;
}

/** The secret of a test API key contains its role and scopes: vega_<role>_<scopes>. */
export const secretOf = (role: Role, scopes: readonly Scope[]): string =>
  `vega_${role}_${scopes.join("+")}`;

/** All sets of scopes of an API key; the bits of a number select the scopes. */
const scopeSets = Array.from({ length: 2 ** SCOPES.length - 1 }, (_, index) =>
  SCOPES.filter((_scope, bit) => ((index + 1) & (1 << bit)) !== 0),
);

/** Every kind of principal: anonymous, the admin token, and each role of one account by session and by API key. */
export function everyCredential(userId: string, key: TestKey, now: number): Credential[] {
  const username = "ada";
  const sessions = ROLES.map((role): Credential => {
    const claims = claimsOf(role, now, { sub: userId });
    const session = { kind: "session", userId, sessionId: claims.sid, role, username } as const;
    return {
      name: `session of a ${role}`,
      token: key.sign(claims),
      principal: { ...session, via: "bearer" },
    };
  });
  const keys = ROLES.flatMap((role) =>
    scopeSets.map((scopes): Credential => ({
      name: `API key of a ${role} with ${scopes.join(", ")}`,
      token: secretOf(role, scopes),
      principal: { kind: "api_key", userId, keyId: "key", role, username, scopes },
    })),
  );
  return [
    { name: "anonymous", token: undefined, principal: ANONYMOUS },
    { name: "admin token", token: TEST_TOKEN, principal: ADMIN_TOKEN },
    ...sessions,
    ...keys,
  ];
}

/** Replies in place of the auth service: to its public keys and to the API keys above. */
export const replyAsAuth =
  (userId: string, key: TestKey) =>
  (subject: string, input: unknown): unknown => {
    if (subject === signingKeys.requests.jwks.subject) return { sequence: 1, keys: [key.jwk] };
    if (subject !== apiKeys.requests.verify.subject)
      throw new VegaError("unavailable", "not in this test");
    const [, role, scopes = ""] = (input as { secret: string }).secret.split("_");
    return {
      key: { id: "key", scopes: scopes.split("+"), expires_at: null },
      user: { id: userId, username: "ada", role },
    };
  };
