import { Agent as HttpAgent, request as requestHttp } from "node:http";
import type { IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { ModelFault } from "../models/language-model.ts";

/*
 * Calls to providers. node:http and not fetch: with fetch nobody can tell a provider that does not take the connection
 * from one that takes it and thinks, and these two are given different times.
 */

/** Shorter than servers keep an idle connection: one they are about to close would look like a reset. */
const IDLE_SOCKET_MS = 4_000;
const agentOptions = { keepAlive: true, timeout: IDLE_SOCKET_MS, maxFreeSockets: 256 };
const httpAgent = new HttpAgent(agentOptions);
const httpsAgent = new HttpsAgent(agentOptions);

/** How long a server may take to close a stream after it has said that it is over. */
const DRAIN_MS = 1_000;

export interface Call {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON by POST; without it the call is a GET. */
  readonly body?: unknown;
  readonly signal: AbortSignal;
  /** W3C traceparent: who traces with the provider, or a proxy before it, sees where the call comes from. */
  readonly trace?: string | undefined;
  readonly onConnected?: (() => void) | undefined;
}

const cancelled = () => new ModelFault("cancelled", "the call was cancelled");

/** Starts a call; resolves with the head of its answer. Throws ModelFault `unavailable` or `cancelled`. */
export function send(call: Call): Promise<IncomingMessage> {
  const { signal, onConnected } = call;
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
      // The code, not the message: that may quote headers.
      const what = cause.code ?? cause.name;
      reject(new ModelFault("unavailable", `the provider can't be reached: ${what}`, { cause }));
    });
    // The option `signal` of node:http would make an abort after the end an error that nobody catches.
    const abort = () => request.destroy();
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    request.on("close", () => signal.removeEventListener("abort", abort));
    request.on("response", (response) => {
      // Who reads it is told by the reading; a reset after that is nobody's business.
      response.on("error", () => undefined);
      resolve(response);
    });
    request.on("socket", (socket) => {
      if (!socket.connecting) onConnected?.();
      else socket.once(secure ? "secureConnect" : "connect", () => onConnected?.());
    });
    request.end(body);
  });
}

/** The bytes of an answer. Throws ModelFault `broken_stream` where they end before their time, or `cancelled`. */
export async function* readBytes(
  response: IncomingMessage,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void> {
  try {
    for await (const chunk of response.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
  } catch (cause) {
    if (signal.aborted) throw cancelled();
    throw new ModelFault("broken_stream", "the connection broke off in the middle", { cause });
  } finally {
    letGo(response, signal);
  }
}

/** Lets a connection be used again if the server ends the answer now, and closes it otherwise. */
function letGo(response: IncomingMessage, signal: AbortSignal): void {
  if (response.readableEnded || response.destroyed) return;
  if (signal.aborted) {
    response.destroy();
    return;
  }
  const timer = setTimeout(() => response.destroy(), DRAIN_MS).unref();
  response.once("close", () => clearTimeout(timer));
  response.resume();
}

/** All of an answer as text; throws ModelFault `broken_stream` where it is longer than `limit` bytes. */
export async function readText(
  response: IncomingMessage,
  signal: AbortSignal,
  limit: number,
): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of readBytes(response, signal)) {
    bytes += part.length;
    if (bytes > limit) throw new ModelFault("broken_stream", `an answer of over ${limit} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
