import { signal } from "@preact/signals";
import { noteSequence, noteServerTime } from "../api/client.ts";
import { scriptUrl } from "../trusted.ts";
import type { Connection, SseEvent, ToStream, ToTab } from "./protocol.ts";
import { openEventStream } from "./stream.ts";
import workerUrl from "./worker.ts?worker&url";

/** The state of the event stream. */
export const connection = signal<Connection>("connecting");

type Listener = (event: SseEvent) => void;
const listeners = new Set<Listener>();

/** Calls the listener with every event from now on. @returns stops it */
export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function take(message: ToTab): void {
  if (message.kind === "connection") {
    connection.value = message.connection;
    return;
  }
  const { event } = message;
  if (event.sequence !== undefined) noteSequence(event.sequence);
  // Events of a replay are old; the newest one tells the server's time.
  if (event.time !== undefined && event.type === "loop_update") noteServerTime(event.time);
  for (const listener of listeners) listener(event);
}

let tell: ((message: ToStream) => void) | undefined;

/** Opens the stream, shared by the tabs of the browser where it can be. */
export function startLive(): void {
  if (tell) return tell("restart");
  if (typeof SharedWorker === "undefined") {
    const stream = openEventStream({
      onConnection: (next) => take({ kind: "connection", connection: next }),
      onEvent: (event) => take({ kind: "event", event }),
    });
    tell = (message) => (message === "restart" ? stream.restart() : stream.stop());
    return;
  }
  const { port } = new SharedWorker(scriptUrl(workerUrl) as string, {
    type: "module",
    name: "vega-events",
  });
  port.addEventListener("message", ({ data }: MessageEvent<ToTab>) => take(data));
  port.start();
  tell = (message) => port.postMessage(message);
  addEventListener("pagehide", () => port.postMessage("close" satisfies ToStream));
}
