import { createParser } from "eventsource-parser";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:http";

/** A client of /api/events that reads nothing until `read`, and reconnects from then on. */
export interface SlowReader {
  readonly ids: readonly number[];
  read(): void;
  stop(): void;
}

/** @param from its first Last-Event-ID */
export function startSlowReader(url: string, from: number): SlowReader {
  const ids: number[] = [];
  const stopping = new AbortController();
  const { promise: mayRead, resolve: read } = Promise.withResolvers<void>();
  let at = from;

  const readOnce = async () => {
    const outgoing = request(`${url}/api/events`, {
      headers: { "last-event-id": String(at) },
      signal: stopping.signal,
    });
    outgoing.end();
    const [response] = (await once(outgoing, "response")) as [IncomingMessage];
    // Node reads nothing from the socket without a listener.
    await mayRead;
    const parser = createParser({
      onEvent({ id, data }) {
        if (id === undefined) return;
        at = Number(id);
        const { type } = JSON.parse(data) as { type: string };
        if (type === "resync") throw new Error("unexpected resync");
        if (type !== "connected") ids.push(at);
      },
    });
    response.setEncoding("utf8");
    for await (const text of response) parser.feed(String(text));
  };
  void (async () => {
    while (!stopping.signal.aborted) await readOnce().catch(() => undefined);
  })();
  return { ids, read, stop: () => stopping.abort() };
}
