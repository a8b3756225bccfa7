import type { RequestContext } from "@vega/contracts";
import { audit } from "@vega/contracts";
import type { Logger } from "@vega/service-kit";
import type { AccountStore } from "./account-store.ts";
import { addressKey } from "./address.ts";

/** Who was refused, and why. */
export type FailedLogin = Omit<(typeof audit.events.loginFailed.data)["_output"], "count">;

const INTERVAL_MS = 60_000;
const CAPACITY = 10_000;

/**
 * Puts refused logins into the log: the first at once, those that follow as one entry a minute with their count, for
 * each account (where there is none, address) and reason.
 */
export interface LoginNotes {
  add(failure: FailedLogin, context: RequestContext): void;
  /** Sends what has waited for a minute. */
  sendDue(): void;
  /** Sends all that waits; for the end. */
  sendAll(): Promise<void>;
}

interface Waiting {
  readonly failure: FailedLogin;
  context: RequestContext;
  /** Not yet sent. */
  count: number;
  sentAt: number;
}

/** @param now milliseconds of a clock that does not go backwards. */
export function createLoginNotes(
  store: AccountStore,
  now: () => number,
  log: Pick<Logger, "warn">,
): LoginNotes {
  const waiting = new Map<string, Waiting>();

  const send = async (entry: Waiting): Promise<void> => {
    const { failure, context, count } = entry;
    if (count === 0) return;
    entry.count = 0;
    entry.sentAt = now();
    const note = { type: audit.events.loginFailed.type, data: { ...failure, count } };
    // Once a minute at most: who watches the log sees an attack while it goes on.
    if (failure.reason === "throttled") {
      log.warn({ address: context.actor.address, count }, "logins are held up: too many tries");
    }
    await store.request(audit.requests.note, { note }, context).catch((error: unknown) => {
      // Told with the next.
      entry.count += count;
      log.warn({ err: error, count }, "refused logins could not be noted in the log");
    });
  };

  return {
    add(failure, context) {
      const key = [failure.user_id ?? addressKey(context.actor.address), failure.reason].join(" ");
      let entry = waiting.get(key);
      if (!entry) {
        entry = { failure, context, count: 0, sentAt: Number.NEGATIVE_INFINITY };
        waiting.set(key, entry);
      }
      entry.count += 1;
      entry.context = context;
      if (now() - entry.sentAt >= INTERVAL_MS) void send(entry);
      const oldest = waiting.size > CAPACITY ? waiting.entries().next().value : undefined;
      if (oldest) {
        waiting.delete(oldest[0]);
        void send(oldest[1]);
      }
    },
    sendDue() {
      for (const [key, entry] of waiting) {
        if (now() - entry.sentAt < INTERVAL_MS) continue;
        if (entry.count === 0) waiting.delete(key);
        else void send(entry);
      }
    },
    async sendAll() {
      await Promise.all([...waiting.values()].map(send));
    },
  };
}
