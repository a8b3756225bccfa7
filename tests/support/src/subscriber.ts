import type { Api } from "./api.ts";
import { until } from "./until.ts";

/** A client of /api/events that reconnects with its last id. */
export interface Subscriber {
  /** Ids of the events in the order of arrival, only of log entries. */
  readonly ids: readonly number[];
  /** Number of resync events. */
  resyncs(): number;
  stop(): Promise<void>;
}

/** Reads GET /api/events until it is stopped. */
export function startSubscriber({
  api,
  ready,
}: {
  readonly api: Api;
  ready(): Promise<void>;
}): Subscriber {
  const ids: number[] = [];
  let resyncs = 0;
  let stopped = false;
  const running = (async () => {
    let at: number | undefined;
    while (!stopped) {
      try {
        const client = await api.events("", at);
        let taken = 0;
        const take = () => {
          for (const { id, data } of client.events.slice(taken)) {
            taken += 1;
            if (id === undefined) continue;
            if (data.type === "resync") resyncs += 1;
            else if (data.type !== "connected") ids.push(Number(id));
            at = Number(id);
          }
          return client.ended() || stopped;
        };
        await until("the stream ends", take, 24 * 3_600_000);
        client.close();
      } catch {
        // The gateway is down.
        if (!stopped) await ready();
      }
    }
  })();
  return {
    ids,
    resyncs: () => resyncs,
    async stop() {
      stopped = true;
      await running;
    },
  };
}
