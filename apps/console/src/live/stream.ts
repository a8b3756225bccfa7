import type { Connection, SseEvent } from "./protocol.ts";

/** Delays of reconnects that the browser does not do by itself, milliseconds. */
const RETRY_MS = { first: 1_000, most: 20_000 };

export interface EventStream {
  restart(): void;
  stop(): void;
  connection(): Connection;
}

/**
 * Follows GET /api/events without gaps: the browser reconnects with the last id, and after a refusal (such as 503 during
 * a restart) this does.
 */
export function openEventStream(options: {
  readonly onConnection: (connection: Connection) => void;
  readonly onEvent: (event: SseEvent) => void;
}): EventStream {
  let connection: Connection = "connecting";
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delay = RETRY_MS.first;
  let lastId = "";
  let log = "";

  const become = (next: Connection) => {
    if (next === connection) return;
    connection = next;
    options.onConnection(next);
  };
  const connect = () => {
    const query = new URLSearchParams();
    if (lastId !== "") query.set("last_event_id", lastId);
    if (log !== "") query.set("log", log);
    source = new EventSource(query.size > 0 ? `/api/events?${query}` : "/api/events");
    source.addEventListener("open", () => {
      delay = RETRY_MS.first;
      become("live");
    });
    source.addEventListener("message", ({ data, lastEventId }: MessageEvent<string>) => {
      lastId = lastEventId;
      const event = JSON.parse(data) as SseEvent & { readonly log?: string };
      if (event.type === "connected") log = event.log ?? "";
      options.onEvent(event);
    });
    source.addEventListener("error", () => {
      if (source?.readyState !== EventSource.CLOSED) return become("offline");
      become("refused");
      timer = setTimeout(connect, delay);
      delay = Math.min(delay * 2, RETRY_MS.most);
    });
  };
  const disconnect = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };

  connect();
  return {
    restart() {
      disconnect();
      lastId = "";
      log = "";
      delay = RETRY_MS.first;
      become("connecting");
      connect();
    },
    stop: disconnect,
    connection: () => connection,
  };
}
