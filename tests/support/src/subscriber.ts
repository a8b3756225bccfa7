import type { Api } from "./api.ts";
import { until } from "./until.ts";

/** A reader of the events that comes back with its last id after every cut. */
export interface Subscriber {
  /** Of the events as they came, those that are in no log left out. */
  readonly ids: readonly number[];
  /** How often it was told to read everything anew. */
  resyncs(): number;
  stop(): Promise<void>;
}

/** Reads GET /api/events for as long as it runs. */
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
        await until("it ends", take, 24 * 3_600_000);
        client.close();
      } catch {
        // The gateway is gone for the moment.
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
