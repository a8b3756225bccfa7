import { createParser } from "eventsource-parser";
import { until } from "./until.ts";

/** A received event. */
export interface ReceivedEvent {
  readonly id: string | undefined;
  readonly data: { readonly type: string } & Record<string, unknown>;
}

/** A client of GET /api/events that stores the events. */
export interface SseClient {
  readonly events: readonly ReceivedEvent[];
  readonly response: Response;
  /** Waits for an event that meets the condition. */
  next(condition: (event: ReceivedEvent) => boolean, timeoutMs?: number): Promise<ReceivedEvent>;
  /** True once the stream has ended. */
  ended(): boolean;
  close(): void;
}

/** Opens the stream. @param lastEventId resumes after this id */
export async function openSse(
  url: string,
  lastEventId?: string | number,
  headers: Record<string, string> = {},
): Promise<SseClient> {
  const abort = new AbortController();
  const response = await fetch(url, {
    signal: abort.signal,
    headers:
      lastEventId === undefined ? headers : { ...headers, "last-event-id": String(lastEventId) },
  });
  const events: ReceivedEvent[] = [];
  let ended = false;
  const parser = createParser({
    onEvent: ({ id, data }) => void events.push({ id, data: JSON.parse(data) }),
  });
  void (async () => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) {
        parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
      }
    } catch {
      // The connection was closed by either side.
    }
    ended = true;
  })();
  return {
    events,
    response,
    next: (condition, timeoutMs) =>
      until("the event arrives", () => events.find(condition), timeoutMs),
    ended: () => ended,
    close: () => abort.abort(),
  };
}
