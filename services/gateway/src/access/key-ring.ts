import type { PublicJwk } from "@vega/contracts";

/** Minimum interval between refetches for unknown key ids, so that invented ids do not load auth. */
const MIN_REFETCH_INTERVAL_MS = 2_000;
const RETRY_MS = 500;

/** Caches the public keys of auth. */
export interface KeyRing {
  /** Refetches the keys, with retries until auth replies. */
  refresh(): void;
  /** Refetches once for a token with an unknown key id, unless the last fetch was recent. */
  retry(): Promise<void>;
  stop(): void;
}

export function createKeyRing(options: {
  fetchKeys: () => Promise<readonly PublicJwk[]>;
  setKeys: (keys: readonly PublicJwk[]) => void;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
}): KeyRing {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<boolean> | undefined;
  let last = Number.NEGATIVE_INFINITY;

  const attempt = async (): Promise<boolean> => {
    last = options.now();
    try {
      const keys = await options.fetchKeys();
      if (!stopped) options.setKeys(keys);
      return true;
    } catch {
      // Auth is unavailable: readiness shows it, and tokens of known keys stay valid.
      return false;
    }
  };
  const run = (): Promise<boolean> => {
    running ??= attempt().finally(() => (running = undefined));
    return running;
  };
  const untilDone = async (): Promise<void> => {
    clearTimeout(timer);
    // A running fetch may have been served before the change.
    await running;
    if ((await run()) || stopped) return;
    timer = setTimeout(() => void untilDone(), RETRY_MS);
    timer.unref();
  };

  return {
    refresh: () => void untilDone(),
    async retry() {
      if (running || options.now() - last >= MIN_REFETCH_INTERVAL_MS) await run();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
