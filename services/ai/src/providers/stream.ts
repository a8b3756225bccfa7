import type { JsonObject } from "@vega/contracts";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { ModelEvent } from "../models/language-model.ts";
import { ModelError } from "../models/language-model.ts";
import { errorOfResponse } from "./errors.ts";
import type { HttpCall } from "./http.ts";
import { readError, readText, release, send } from "./http.ts";
import { parseObject } from "./json.ts";
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
  /** @param data of one server-sent event */
  take(data: string): readonly ModelEvent[];
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
 * @param callOf may throw ModelError
 */
export async function* streamCompletion(
  callOf: () => HttpCall,
  reader: ResponseReader,
): AsyncGenerator<ModelEvent, void> {
  const call = callOf();
  const response = await open(call);
  yield { kind: "headers", headers: forwardedHeaders(response.headers) };
  if (isJson(response)) {
    yield* reader.whole(await readJson(response, call.signal));
    return;
  }
  const parser = createSseParser();
  try {
    reading: for await (const bytes of response.iterator({ destroyOnReturn: false })) {
      for (const data of parser.push(bytes as Buffer)) {
        for (const event of reader.take(data)) yield event;
        if (reader.isDone()) break reading;
      }
    }
    if (!reader.isDone()) {
      for (const data of parser.end()) for (const event of reader.take(data)) yield event;
    }
  } catch (cause) {
    throw readError(cause, call.signal);
  } finally {
    release(response, call.signal);
  }
  yield* reader.end();
}

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
  if (response.headers["content-type"]?.startsWith("text/html")) {
    response.destroy();
    throw new ModelError(
      "broken_stream",
      "the provider sent text/html in place of a completion; check its base_url",
    );
  }
  return response;
}

export const isJson = ({ headers }: IncomingMessage): boolean =>
  headers["content-type"]?.startsWith("application/json") ?? false;

export const readJson = async (
  response: IncomingMessage,
  signal: AbortSignal,
): Promise<JsonObject> => parseObject(await readText(response, signal, MAX_BODY_BYTES));
