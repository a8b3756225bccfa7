/*
 * Limits password attempts. Pure: the time is an argument, milliseconds of a monotonic clock. Each replica of auth has
 * its own counts, so n replicas admit up to n times as many attempts.
 */

const MAX_DELAY_SECONDS = 15 * 60;
const QUIET_MS = 3_600_000;
/** Factor on the free failures of a trusted address: its owner may log in with many programs at once. */
const TRUSTED_FACTOR = 4;
/** Factor on the free failures of an address: many people may share one. */
const ADDRESS_FACTOR = 4;

export interface ThrottleOptions {
  /** Failures without a delay; the next one costs one second, each further one twice as much. */
  readonly free?: number;
  /** Maximum of counts in memory, and of trusted addresses. */
  readonly capacity?: number;
}

/** An admitted attempt. It counts as a failure until its outcome is reported, so concurrent attempts are not free. */
export interface Admitted {
  readonly admitted: true;
  /** The password was correct: the address gets its own budget for this account. */
  succeeded(): void;
  /** The password could not be checked. */
  undone(): void;
}

export type Attempt = Admitted | { readonly admitted: false; readonly retryAfterSeconds: number };

export interface Throttle {
  /**
   * Counts by account and by address. An address with an earlier success for the account has its own count, so that
   * attempts of others on the account or from the address cannot lock the owner out.
   */
  attempt(account: string, address: string, now: number): Attempt;
  /** Gives an address its own budget for an account, as a success does. */
  trust(account: string, address: string): void;
  /** Number of counts and trusted addresses in memory. */
  size(): number;
}

interface Count {
  readonly failures: number;
  readonly last: number;
}

/** Delay in seconds after a number of failures. */
export function delaySeconds(failures: number, free = 5): number {
  return failures < free ? 0 : Math.min(MAX_DELAY_SECONDS, 2 ** (failures - free));
}

const pair = (account: string, address: string) => JSON.stringify([account, address]);

export function createThrottle({ free = 5, capacity = 20_000 }: ThrottleOptions = {}): Throttle {
  const counts = new Map<string, Count>();
  const trusted = new Set<string>();

  /** A count expires an hour after the last failure. */
  const at = (key: string, now: number): Count | undefined => {
    const count = counts.get(key);
    return count && now - count.last < QUIET_MS ? count : undefined;
  };
  const waitSeconds = (key: string, allowed: number, now: number): number => {
    const count = at(key, now);
    if (!count) return 0;
    return Math.max(0, delaySeconds(count.failures, allowed) - (now - count.last) / 1_000);
  };
  const add = (key: string, now: number) => {
    const failures = (at(key, now)?.failures ?? 0) + 1;
    // Moved to the end: the front of the map is the least recently used count. Evicting a count takes more failures
    // elsewhere than waiting for the delay would cost.
    counts.delete(key);
    counts.set(key, { failures, last: now });
    for (const oldest of counts.keys()) {
      if (counts.size <= capacity) break;
      counts.delete(oldest);
    }
  };
  const takeBack = (key: string) => {
    const count = counts.get(key);
    if (!count) return;
    if (count.failures <= 1) counts.delete(key);
    else counts.set(key, { ...count, failures: count.failures - 1 });
  };
  const trust = (account: string, address: string) => {
    const key = pair(account, address);
    trusted.delete(key);
    trusted.add(key);
    for (const oldest of trusted) {
      if (trusted.size <= capacity) break;
      trusted.delete(oldest);
    }
  };

  return {
    trust,
    size: () => counts.size + trusted.size,
    attempt(account, address, now) {
      const own = pair(account, address);
      const known = trusted.has(own);
      const budgets: [key: string, allowed: number][] = known
        ? [[own, free * TRUSTED_FACTOR]]
        : [
            [`account ${account}`, free],
            [`address ${address}`, free * ADDRESS_FACTOR],
          ];
      const keys = budgets.map(([key]) => key);
      const wait = Math.max(...budgets.map(([key, allowed]) => waitSeconds(key, allowed, now)));
      if (wait > 0) return { admitted: false, retryAfterSeconds: Math.ceil(wait) };
      for (const key of keys) add(key, now);
      let open = true;
      const settle = (how: () => void) => () => {
        if (open) how();
        open = false;
      };
      return {
        admitted: true,
        undone: settle(() => keys.forEach(takeBack)),
        succeeded: settle(() => {
          keys.forEach(takeBack);
          counts.delete(own);
          trust(account, address);
        }),
      };
    },
  };
}
