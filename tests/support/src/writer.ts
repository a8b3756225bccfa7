import { setTimeout as delay } from "node:timers/promises";
import type { Api } from "./api.ts";

/** Keys in a namespace; the limit is 1,000. */
const KEYS = 900;

/** A client that writes until it is stopped. */
export interface Writer {
  /** Writes with status 200: `<namespace>/<key>` → value. */
  readonly acknowledged: ReadonlyMap<string, number>;
  /** Resolves after the response to the current write. */
  stop(): Promise<void>;
}

/**
 * Writes numbered values, each once under a unique key, so that each log entry can be attributed to one write. After a
 * failed write, whose outcome is unknown, it waits until `ready`.
 * @param name unique prefix of its namespaces
 * @param pauseMs between two writes
 */
export function startWriter(
  { api, ready }: { readonly api: Api; ready(): Promise<void> },
  name: string,
  pauseMs = 0,
): Writer {
  const acknowledged = new Map<string, number>();
  let tried = 0;
  let stopped = false;
  const running = (async () => {
    while (!stopped) {
      tried += 1;
      const id = `${name}-${Math.floor(tried / KEYS)}/k${tried}`;
      try {
        const { status } = await api.send("PUT", `/api/memory/${id}`, { value: tried });
        if (status === 200) acknowledged.set(id, tried);
        else await ready();
      } catch {
        // The gateway is down.
        await ready();
      }
      if (pauseMs > 0) await delay(pauseMs);
    }
  })();
  return {
    acknowledged,
    async stop() {
      stopped = true;
      await running;
    },
  };
}
