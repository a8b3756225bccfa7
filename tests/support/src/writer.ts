import { setTimeout as delay } from "node:timers/promises";
import type { Api } from "./api.ts";

/** A namespace of memory has room for a thousand keys. */
const KEYS = 900;

/** One that writes for as long as it runs. */
export interface Writer {
  /** What was answered with 200: `<namespace>/<key>` and its value. */
  readonly acknowledged: ReadonlyMap<string, number>;
  /** Resolves when the write under way is answered. */
  stop(): Promise<void>;
}

/**
 * Writes numbered values, each once and under a name of its own, so that every entry of the log can be told to be one of
 * its writes. After one that failed it waits until `ready`; whether that one was carried out is not known.
 * @param name of it alone
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
        // The gateway is gone for the moment.
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
