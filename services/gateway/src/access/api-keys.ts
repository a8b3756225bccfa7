import { hash } from "node:crypto";
import type { Principal } from "./principal.ts";

type KeyPrincipal = Extract<Principal, { kind: "api_key" }>;

/** How long an answer is believed without asking again; a key that is revoked is forgotten at once by its event. */
const KEPT_MS = 60_000;
const MAX_KEPT = 10_000;

export interface ApiKeys {
  /** Throws VegaError: `unauthorized` where it is nobody's key. */
  find(secret: string): Promise<KeyPrincipal>;
  forget(userId: string): void;
}

/** Whose an API key is: asked of auth once, kept for a minute. @param ask throws as auth answers */
export function createApiKeys(
  ask: (secret: string) => Promise<{ principal: KeyPrincipal; expiresAt: number | null }>,
  now: () => number,
): ApiKeys {
  const kept = new Map<string, { principal: KeyPrincipal; until: number }>();
  const asking = new Map<string, Promise<KeyPrincipal>>();
  /** Counts what was forgotten: an answer from before does not count after. */
  let epoch = 0;

  const look = async (id: string, secret: string): Promise<KeyPrincipal> => {
    const began = epoch;
    const { principal, expiresAt } = await ask(secret);
    if (began === epoch) {
      if (kept.size >= MAX_KEPT) kept.clear();
      const until = Math.min(now() + KEPT_MS, expiresAt ?? Number.POSITIVE_INFINITY);
      kept.set(id, { principal, until });
    }
    return principal;
  };

  return {
    async find(secret) {
      // The text itself is not kept in memory.
      const id = hash("sha256", secret, "base64");
      const found = kept.get(id);
      const at = now();
      // Kept by a clock that was ahead, it would be believed until that time comes.
      if (found && found.until > at && found.until <= at + KEPT_MS) return found.principal;
      let answer = asking.get(id);
      if (!answer) {
        answer = look(id, secret).finally(() => asking.delete(id));
        asking.set(id, answer);
      }
      return answer;
    },
    forget(userId) {
      epoch += 1;
      for (const [id, { principal }] of kept) if (principal.userId === userId) kept.delete(id);
    },
  };
}
