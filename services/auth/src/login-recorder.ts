import type { RequestContext } from "@vega/contracts";
import { audit } from "@vega/contracts";
import type { Logger } from "@vega/service-kit";
import type { AccountStore } from "./account-store.ts";
import { addressKey } from "./address.ts";

/** The account of a refused login, and the reason. */
export type FailedLogin = Omit<(typeof audit.events.loginFailed.data)["_output"], "count">;

const INTERVAL_MS = 60_000;
const CAPACITY = 10_000;

/**
 * Records refused logins in the log: the first at once, further ones as one entry a minute with a count, for each reason
 * and account (each address, where there is no account).
 */
export interface LoginRecorder {
  add(failure: FailedLogin, context: RequestContext): void;
  /** Sends counts that are a minute old. */
  sendDue(): void;
  /** Sends all counts, at shutdown. */
  sendAll(): Promise<void>;
}

interface Pending {
  readonly failure: FailedLogin;
  context: RequestContext;
  /** Not yet sent. */
  count: number;
  sentAt: number;
}

/** @param now monotonic clock, milliseconds */
export function createLoginRecorder(
  store: AccountStore,
  now: () => number,
  log: Pick<Logger, "warn">,
): LoginRecorder {
  const pending = new Map<string, Pending>();

  const send = async (entry: Pending): Promise<void> => {
    const { failure, context, count } = entry;
    if (count === 0) return;
    entry.count = 0;
    entry.sentAt = now();
    const note = { type: audit.events.loginFailed.type, data: { ...failure, count } };
    // At most once a minute, so that an attack is visible in the log while it lasts.
    if (failure.reason === "throttled") {
      log.warn({ address: context.actor.address, count }, "login attempts throttled");
    }
    await store.request(audit.requests.note, { note }, context).catch((error: unknown) => {
      // Added to the next entry.
      entry.count += count;
      log.warn({ err: error, count }, "failed logins not recorded");
    });
  };

  return {
    add(failure, context) {
      const key = [failure.user_id ?? addressKey(context.actor.address), failure.reason].join(" ");
      let entry = pending.get(key);
      if (!entry) {
        entry = { failure, context, count: 0, sentAt: Number.NEGATIVE_INFINITY };
        pending.set(key, entry);
      }
      entry.count += 1;
      entry.context = context;
      if (now() - entry.sentAt >= INTERVAL_MS) void send(entry);
      const oldest = pending.size > CAPACITY ? pending.entries().next().value : undefined;
      if (oldest) {
        pending.delete(oldest[0]);
        void send(oldest[1]);
      }
    },
    sendDue() {
      for (const [key, entry] of pending) {
        if (now() - entry.sentAt < INTERVAL_MS) continue;
        if (entry.count === 0) pending.delete(key);
        else void send(entry);
      }
    },
    async sendAll() {
      await Promise.all([...pending.values()].map(send));
    },
  };
}
