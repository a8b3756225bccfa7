/*
 * How fast passwords may be guessed. Pure: the time is an argument, in milliseconds of a clock that does not go
 * backwards. Each replica of auth counts for itself, so with n of them up to n times as many guesses get through.
 */

const MAX_DELAY_SECONDS = 15 * 60;
const QUIET_MS = 3_600_000;
/** How many times as much is free for a trusted address: its owner may log in with many programs at once. */
const TRUSTED_FACTOR = 4;
/** Many people may share an address, and log in at the same moment. */
const ADDRESS_FACTOR = 4;

export interface ThrottleOptions {
  /** Failures without a delay; the next one costs a second, and each further one twice as much. */
  readonly free?: number;
  /** How many counts are kept, and how many trusted addresses. */
  readonly capacity?: number;
}

/** A try that may go on. It counts as a failure until it is said how it ended, so tries at once are not free. */
export interface Admitted {
  readonly admitted: true;
  /** The password was right: the address keeps a budget of its own for this account from now on. */
  succeeded(): void;
  /** It could not be found out whether it was right. */
  undone(): void;
}

export type Attempt = Admitted | { readonly admitted: false; readonly retryAfterSeconds: number };

export interface Throttle {
  /**
   * Counts by account and by address. An address that got into the account before is counted for itself alone:
   * however many others guess at that account, or from that address at others, its owner can get in.
   */
  attempt(account: string, address: string, now: number): Attempt;
  /** Gives an address a budget of its own for an account, as a success does. */
  trust(account: string, address: string): void;
  /** How many counts and trusted addresses are kept. */
  size(): number;
}

interface Count {
  readonly failures: number;
  readonly last: number;
}

/** Seconds to wait after so many failures. */
export function delaySeconds(failures: number, free = 5): number {
  return failures < free ? 0 : Math.min(MAX_DELAY_SECONDS, 2 ** (failures - free));
}

const pair = (account: string, address: string) => JSON.stringify([account, address]);

export function createThrottle({ free = 5, capacity = 20_000 }: ThrottleOptions = {}): Throttle {
  const counts = new Map<string, Count>();
  const trusted = new Set<string>();

  /** In force at a time: after a quiet hour nothing is left. */
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
    // Put at the end: the front of the map is what nobody has touched for longest. To push a count out, so many
    // others must fail in between that guessing on is slower than waiting would be.
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
