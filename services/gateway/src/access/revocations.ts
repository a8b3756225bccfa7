import type { CloudEvent, Role } from "@vega/contracts";
import { COOKIE_TOKEN_SECONDS, apiKeys, sessions, users } from "@vega/contracts";

/** Types of events that end an authority. */
export const REVOKING_EVENTS: readonly string[] = [
  sessions.events.ended,
  users.events.changed,
  users.events.erased,
  apiKeys.events.revoked,
].map(({ type }) => type);

/** No token is valid for longer, so older revocations are dropped. Includes a margin for clock differences. */
export const REMEMBERED_MS = (COOKIE_TOKEN_SECONDS + 300) * 1_000;
/** Entries between two clean-ups. */
const CLEAN_EVERY = 1_000;

/** A recent change of an account, and its time (milliseconds since the epoch). */
export interface Standing {
  readonly at: number;
  readonly role: Role;
  readonly disabled: boolean;
}

/**
 * Revocations, folded from the log: verifying a token needs no request, and a revocation is effective as soon as its
 * event arrives.
 */
export interface Revocations {
  apply(event: Pick<CloudEvent, "type" | "time" | "data">): void;
  sessionEnded(sessionId: string): boolean;
  /** Undefined where nothing changed recently: the token's claims hold. */
  standing(userId: string): Standing | undefined;
  /** Called with the keys and accounts whose cached data are invalid. */
  onChange(listener: (userId: string) => void): void;
}

/** Undefined for other events, and for one with erased content: it was applied when it happened. */
const parse = (event: { type: string; data: unknown }) => {
  for (const contract of [
    sessions.events.ended,
    users.events.changed,
    users.events.erased,
    apiKeys.events.revoked,
  ] as const) {
    if (contract.type !== event.type) continue;
    const parsed = contract.data.safeParse(event.data);
    return parsed.success ? parsed.data : undefined;
  }
  return undefined;
};

export function createRevocations(now: () => number): Revocations {
  const ended = new Map<string, number>();
  const standings = new Map<string, Standing>();
  const listeners: ((userId: string) => void)[] = [];
  let applied = 0;

  const clean = () => {
    const oldest = now() - REMEMBERED_MS;
    for (const [id, at] of ended) if (at < oldest) ended.delete(id);
    for (const [id, { at }] of standings) if (at < oldest) standings.delete(id);
  };
  return {
    apply(event) {
      const data = parse(event);
      if (!data) return;
      const at = Date.parse(event.time);
      if (event.type === sessions.events.ended.type && "session_id" in data)
        ended.set(data.session_id, at);
      if (event.type === users.events.changed.type && "disabled" in data) {
        standings.set(data.user_id, { at, role: data.role, disabled: data.disabled });
      }
      if (event.type === users.events.erased.type) {
        standings.set(data.user_id, { at, role: "viewer", disabled: true });
      }
      for (const listener of listeners) listener(data.user_id);
      if ((applied += 1) % CLEAN_EVERY === 0) clean();
    },
    sessionEnded: (sessionId) => ended.has(sessionId),
    standing: (userId) => standings.get(userId),
    onChange: (listener) => void listeners.push(listener),
  };
}
