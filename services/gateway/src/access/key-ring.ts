import type { PublicJwk } from "@vega/contracts";

/** A token of an unknown key may ask for the keys anew this often: who makes up keys must not keep auth busy. */
const LEAST_PAUSE_MS = 2_000;
const RETRY_MS = 500;

/** Keeps the public keys of auth at hand. */
export interface KeyRing {
  /** Reads the keys anew, now or when auth is there again. */
  refresh(): void;
  /** The same for a token whose key is not known; resolves once it was tried, at once where it was just tried. */
  retry(): Promise<void>;
  stop(): void;
}

export function createKeyRing(options: {
  fetchKeys: () => Promise<readonly PublicJwk[]>;
  setKeys: (keys: readonly PublicJwk[]) => void;
  /** Milliseconds, monotone. */
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
      // Auth is away: readiness shows it, and tokens of keys that are known go on.
      return false;
    }
  };
  const run = (): Promise<boolean> => {
    running ??= attempt().finally(() => (running = undefined));
    return running;
  };
  const untilDone = async (): Promise<void> => {
    clearTimeout(timer);
    // One under way may have been answered before the change it is asked for.
    await running;
    if ((await run()) || stopped) return;
    timer = setTimeout(() => void untilDone(), RETRY_MS);
    timer.unref();
  };

  return {
    refresh: () => void untilDone(),
    async retry() {
      if (running || options.now() - last >= LEAST_PAUSE_MS) await run();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
