import type { JsonObject } from "@vega/contracts";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { ModelEvent } from "../models/language-model.ts";
import { ModelError } from "../models/language-model.ts";
import { errorOfResponse } from "./errors.ts";
import type { HttpCall } from "./http.ts";
import { bodyOf, mediaTypeOf, readError, readText, release, send } from "./http.ts";
import { parseObject } from "./json.ts";
import type { SseEvent } from "./sse.ts";
import { createSseParser } from "./sse.ts";

const MAX_ERROR_BYTES = 256 * 1024;
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Response headers that are forwarded to the client. */
const FORWARDED = /^(x-ratelimit-|anthropic-ratelimit-)|^(retry-after|x-request-id|request-id)$/;

export const forwardedHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === "string" && FORWARDED.test(name) ? [[name, value]] : [],
    ),
  );

/** Translates one response of a provider. All methods throw ModelError. */
export interface ResponseReader {
  take(event: SseEvent): readonly ModelEvent[];
  /** Whether the protocol's own end marker has arrived. */
  isDone(): boolean;
  /** Events that are known at the end of the stream only. */
  end(): readonly ModelEvent[];
  /** Events of a response that is not streamed. */
  whole(body: JsonObject): readonly ModelEvent[];
}

/**
 * Streams one completion. The only generator between the socket and the failover: it reads bytes, parses server-sent
 * events and translates them in one loop.
 * @param connect resolves with the head of a successful response; may throw ModelError
 */
export async function* streamCompletion(
  connect: () => Promise<OpenCall>,
  reader: ResponseReader,
): AsyncGenerator<ModelEvent, void> {
  const { call, response } = await connect();
  yield { kind: "headers", headers: forwardedHeaders(response.headers) };
  const { isJson, body } = await openBody(response, call.signal);
  if (isJson) {
    yield* reader.whole(await readJson(response, call.signal, body));
    return;
  }
  const parser = createSseParser();
  try {
    reading: for await (const bytes of body) {
      call.progress?.received();
      for (const sent of parser.push(bytes)) {
        for (const event of reader.take(sent)) yield event;
        if (reader.isDone()) break reading;
      }
    }
    if (!reader.isDone()) {
      for (const sent of parser.end()) for (const event of reader.take(sent)) yield event;
    }
  } catch (cause) {
    throw readError(cause, call.signal);
  } finally {
    release(response, call.signal);
  }
  yield* reader.end();
}

/** A call whose response has begun. */
export interface OpenCall {
  readonly call: HttpCall;
  readonly response: IncomingMessage;
}

export const openCall = async (call: HttpCall): Promise<OpenCall> => ({
  call,
  response: await open(call),
});

/** Calls a provider and resolves with the head of its response. Throws ModelError for an error response. */
export async function open(call: HttpCall, now: () => number = Date.now): Promise<IncomingMessage> {
  const response = await send(call);
  const status = response.statusCode ?? 0;
  if (status !== 200) {
    // The status suffices where the body can't be read.
    const body = await readText(response, call.signal, MAX_ERROR_BYTES).catch((error: unknown) => {
      if (error instanceof ModelError && error.kind !== "cancelled") return "";
      throw error;
    });
    throw errorOfResponse(status, response.headers, body, now());
  }
  if (mediaTypeOf(response) === "text/html") {
    response.destroy();
    throw new ModelError(
      "broken_stream",
      "the provider sent text/html in place of a completion; check its base_url",
    );
  }
  return response;
}

/** The body, and whether it is a JSON document: by its media type, or its first byte where the type says neither. */
async function openBody(
  response: IncomingMessage,
  signal: AbortSignal,
): Promise<{ readonly isJson: boolean; readonly body: AsyncIterable<Buffer> }> {
  const type = mediaTypeOf(response);
  const body = bodyOf(response);
  if (type === "text/event-stream") return { isJson: false, body };
  if (type === "application/json" || type.endsWith("+json")) return { isJson: true, body };
  const parts = body[Symbol.asyncIterator]();
  try {
    const { done, value: first } = await parts.next();
    if (done) return { isJson: false, body };
    const start = first.toString("latin1").trimStart();
    return { isJson: start.startsWith("{"), body: resume(first, parts) };
  } catch (cause) {
    throw readError(cause, signal);
  }
}

async function* resume(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void> {
  yield first;
  for (let next; !(next = await rest.next()).done;) yield next.value;
}

export const readJson = async (
  response: IncomingMessage,
  signal: AbortSignal,
  body?: AsyncIterable<Buffer>,
): Promise<JsonObject> => parseObject(await readText(response, signal, MAX_BODY_BYTES, body));
