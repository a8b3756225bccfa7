import { hash } from "node:crypto";
import type { Principal } from "./principal.ts";

type KeyPrincipal = Extract<Principal, { kind: "api_key" }>;

/** Lifetime of a cache entry. The event of a revocation removes the entry at once. */
const CACHE_MS = 60_000;
const MAX_CACHED = 10_000;

export interface ApiKeys {
  /** Throws VegaError `unauthorized` for an unknown key. */
  find(secret: string): Promise<KeyPrincipal>;
  forget(userId: string): void;
}

/** Resolves API keys through auth and caches them for a minute. @param verify throws the errors of auth */
export function createApiKeys(
  verify: (secret: string) => Promise<{ principal: KeyPrincipal; expiresAt: number | null }>,
  now: () => number,
): ApiKeys {
  const cache = new Map<string, { principal: KeyPrincipal; until: number }>();
  const pending = new Map<string, Promise<KeyPrincipal>>();
  /** Incremented by `forget`: a lookup that started earlier is not cached. */
  let epoch = 0;

  const look = async (id: string, secret: string): Promise<KeyPrincipal> => {
    const began = epoch;
    const { principal, expiresAt } = await verify(secret);
    if (began === epoch) {
      if (cache.size >= MAX_CACHED) cache.clear();
      const until = Math.min(now() + CACHE_MS, expiresAt ?? Number.POSITIVE_INFINITY);
      cache.set(id, { principal, until });
    }
    return principal;
  };

  return {
    async find(secret) {
      // The secret itself is not kept in memory.
      const id = hash("sha256", secret, "base64");
      const found = cache.get(id);
      const at = now();
      // An entry made while the clock was ahead must not outlive its lifetime.
      if (found && found.until > at && found.until <= at + CACHE_MS) return found.principal;
      let lookup = pending.get(id);
      if (!lookup) {
        lookup = look(id, secret).finally(() => pending.delete(id));
        pending.set(id, lookup);
      }
      return lookup;
    },
    forget(userId) {
      epoch += 1;
      for (const [id, { principal }] of cache) if (principal.userId === userId) cache.delete(id);
    },
  };
}
