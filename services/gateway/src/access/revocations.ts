import type { CloudEvent, Role } from "@vega/contracts";
import { COOKIE_TOKEN_SECONDS, apiKeys, sessions, users } from "@vega/contracts";

/** Types of events that take something away from somebody. */
export const REVOKING_EVENTS: readonly string[] = [
  sessions.events.ended,
  users.events.changed,
  users.events.erased,
  apiKeys.events.revoked,
].map(({ type }) => type);

/** No token is good for longer, so nothing older has to be remembered. A margin for clocks that differ. */
export const REMEMBERED_MS = (COOKIE_TOKEN_SECONDS + 300) * 1_000;
/** Entries between two clean-ups. */
const CLEAN_EVERY = 1_000;

/** What an account is since a moment (milliseconds since the epoch), where it changed lately. */
export interface Standing {
  readonly at: number;
  readonly role: Role;
  readonly disabled: boolean;
}

/**
 * What was taken back before its time was over, folded from the log: verifying a token asks nobody, and a
 * revocation is known as soon as its event is here.
 */
export interface Revocations {
  apply(event: Pick<CloudEvent, "type" | "time" | "data">): void;
  sessionEnded(sessionId: string): boolean;
  /** Undefined where nothing changed lately: the token tells. */
  standing(userId: string): Standing | undefined;
  /** Told of keys and accounts of which nothing that was kept is good any more. */
  onChange(listener: (userId: string) => void): void;
}

/** Undefined for other events, and for one whose content was erased: what it said was told when it happened. */
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
