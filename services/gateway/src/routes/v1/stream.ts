import type { FastifyReply } from "fastify";
import { once } from "node:events";
import type { ServerResponse } from "node:http";

/** Aborts when the client disconnects before its response was sent. */
export function disconnectSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const { raw } = reply;
  raw.once("close", () => {
    if (!raw.writableFinished) controller.abort();
  });
  if (raw.destroyed) controller.abort();
  return controller.signal;
}

const STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};

/** Writes the headers of a stream of data-only events and takes the response over from fastify. */
export function openDataStream(
  reply: FastifyReply,
  headers: Record<string, string>,
): ServerResponse {
  const all = reply.headers({ ...headers, ...STREAM_HEADERS }).getHeaders();
  const { raw } = reply.hijack();
  raw.writeHead(200, all as Record<string, string>);
  raw.on("error", () => undefined);
  return raw;
}

/** Writes one event with backpressure. Resolves at once after a disconnect. */
export async function sendData(stream: ServerResponse, data: string): Promise<void> {
  if (stream.destroyed || stream.write(`data: ${data}\n\n`)) return;
  const controller = new AbortController();
  const { signal } = controller;
  // After a disconnect the stream emits no `drain`.
  await Promise.race([once(stream, "drain", { signal }), once(stream, "close", { signal })]).catch(
    () => undefined,
  );
  controller.abort();
}
