import { createParser } from "eventsource-parser";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:http";

/** A reader of the events that does not read, until told to; then it does, and comes back after every cut. */
export interface SlowReader {
  readonly ids: readonly number[];
  read(): void;
  stop(): void;
}

/** @param from its Last-Event-ID: what follows is told from there on */
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
    // Nothing is taken from the socket before somebody listens.
    await mayRead;
    const parser = createParser({
      onEvent({ id, data }) {
        if (id === undefined) return;
        at = Number(id);
        const { type } = JSON.parse(data) as { type: string };
        if (type === "resync") throw new Error("told to read everything anew");
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
