import { Agent as HttpAgent, request as requestHttp } from "node:http";
import type { IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream";
import { constants, createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { CallProgress } from "../models/language-model.ts";
import { ModelError } from "../models/language-model.ts";

/*
 * HTTP to providers with node:http: fetch does not report when the connection is established, and the timeouts of the
 * connection and of the first token differ.
 */

/** Shorter than the idle timeout of servers: reusing a socket that the server closes looks like a reset. */
const IDLE_SOCKET_MS = 4_000;
const agentOptions = { keepAlive: true, timeout: IDLE_SOCKET_MS, maxFreeSockets: 256 };
const httpAgent = new HttpAgent(agentOptions);
const httpsAgent = new HttpsAgent(agentOptions);

/** Time in which a server may close a stream after its end marker; then the socket can be reused. */
const DRAIN_MS = 1_000;

export interface HttpCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON by POST; absent: a GET request. */
  readonly body?: unknown;
  readonly signal: AbortSignal;
  /** W3C traceparent, for traces of the provider or of a proxy. */
  readonly trace?: string | undefined;
  readonly progress?: CallProgress | undefined;
}

const cancelled = () => new ModelError("cancelled", "the call was cancelled");

/** Sends a request and resolves with the head of the response. Throws ModelError `unavailable` or `cancelled`. */
export function send(call: HttpCall): Promise<IncomingMessage> {
  const { signal, progress } = call;
  const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
  return new Promise((resolve, reject) => {
    const secure = call.url.startsWith("https:");
    const request = (secure ? requestHttps : requestHttp)(call.url, {
      method: body ? "POST" : "GET",
      agent: secure ? httpsAgent : httpAgent,
      headers: {
        accept: "application/json, text/event-stream",
        "user-agent": "vega",
        ...(body && { "content-type": "application/json", "content-length": body.length }),
        ...(call.trace !== undefined && { traceparent: call.trace }),
        ...call.headers,
      },
    });
    request.on("error", (cause: NodeJS.ErrnoException) => {
      if (signal.aborted) return reject(cancelled());
      // The code, not the message: the message may quote headers.
      const code = cause.code ?? cause.name;
      reject(new ModelError("unavailable", `the provider can't be reached: ${code}`, { cause }));
    });
    // With the option `signal` of node:http an abort after the end is an uncaught error.
    const abort = () => request.destroy();
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    request.on("close", () => signal.removeEventListener("abort", abort));
    request.on("response", (response) => {
      // Errors reach the reader of the body; a reset after that is ignored.
      response.on("error", () => undefined);
      resolve(response);
    });
    request.on("socket", (socket) => {
      if (!socket.connecting) progress?.connected();
      else socket.once(secure ? "secureConnect" : "connect", () => progress?.connected());
    });
    request.end(body);
  });
}

/** The error of a body that could not be read: `cancelled`, or `broken_stream` where it ended early. */
export function readError(cause: unknown, signal: AbortSignal): ModelError {
  if (cause instanceof ModelError) return cause;
  if (signal.aborted) return cancelled();
  return new ModelError("broken_stream", "the connection was closed in the middle", { cause });
}

const FLUSH = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(FLUSH),
  "x-gzip": () => createGunzip(FLUSH),
  deflate: () => createInflate(FLUSH),
  br: () =>
    createBrotliDecompress({
      flush: constants.BROTLI_OPERATION_FLUSH,
      finishFlush: constants.BROTLI_OPERATION_FLUSH,
    }),
};

const encodingOf = ({ headers }: IncomingMessage): string =>
  headers["content-encoding"]?.trim().toLowerCase() ?? "";

/** The decoded body: some servers and proxies compress without being asked to. `release` ends it. */
export function bodyOf(response: IncomingMessage): AsyncIterable<Buffer> {
  const decoder = DECODERS[encodingOf(response)]?.();
  // An error reaches the reader through the decoder.
  if (decoder) pipeline(response, decoder, () => undefined);
  const readable: Readable = decoder ?? response;
  return readable.iterator({ destroyOnReturn: false });
}

/** In lower case, without parameters; empty where there is none. */
export const mediaTypeOf = ({ headers }: IncomingMessage): string =>
  headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "";

/** Keeps the socket for reuse if the server ends the body soon, and closes it otherwise. */
export function release(response: IncomingMessage, signal: AbortSignal): void {
  if (response.readableEnded || response.destroyed) return;
  if (signal.aborted || encodingOf(response) in DECODERS) {
    response.destroy();
    return;
  }
  const timer = setTimeout(() => response.destroy(), DRAIN_MS).unref();
  response.once("close", () => clearTimeout(timer));
  response.resume();
}

/** The body as text; throws ModelError `broken_stream` beyond `limit` bytes. */
export async function readText(
  response: IncomingMessage,
  signal: AbortSignal,
  limit: number,
  body: AsyncIterable<Buffer> = bodyOf(response),
): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of body) {
      bytes += part.length;
      if (bytes > limit) {
        throw new ModelError("broken_stream", `the response has more than ${limit} bytes`);
      }
      parts.push(part);
    }
  } catch (cause) {
    throw readError(cause, signal);
  } finally {
    release(response, signal);
  }
  return Buffer.concat(parts).toString("utf8");
}
