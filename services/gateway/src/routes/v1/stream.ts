import type { FastifyReply } from "fastify";
import { once } from "node:events";
import type { ServerResponse } from "node:http";

/** Aborts when the client is gone before its answer was sent. */
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

/** Writes the head of a stream of data-only events and takes it out of fastify's hands. */
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

/** Writes one event, no faster than the client reads. Resolves at once when the client is gone. */
export async function sendData(stream: ServerResponse, data: string): Promise<void> {
  if (stream.destroyed || stream.write(`data: ${data}\n\n`)) return;
  const controller = new AbortController();
  const { signal } = controller;
  // Who has left never drains.
  await Promise.race([once(stream, "drain", { signal }), once(stream, "close", { signal })]).catch(
    () => undefined,
  );
  controller.abort();
}
