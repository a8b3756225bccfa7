import type { JsonObject } from "@vega/contracts";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { anthropicResponse } from "./anthropic-response.ts";
import type { ScriptedResponse } from "./openai-response.ts";
import { openAiResponse } from "./openai-response.ts";

/** Behaviour of one call. `after`: number of words sent before the fault; `text`: the full text. */
export type Behaviour = { readonly text?: string } & (
  | { readonly kind: "answer"; readonly everyMs?: number; readonly firstMs?: number }
  /** The connection is reset before the response. */
  | { readonly kind: "reset" }
  | { readonly kind: "hang" }
  /** The response has headers only. */
  | { readonly kind: "hang_before_token" }
  | { readonly kind: "stall"; readonly after: number }
  | { readonly kind: "cut"; readonly after: number }
  /** The stream ends without finish_reason and [DONE]. */
  | { readonly kind: "end"; readonly after: number }
  | { readonly kind: "malformed"; readonly after: number }
  /** The last frame is missing. */
  | { readonly kind: "no_done" }
  /** An error event in the stream. */
  | { readonly kind: "error"; readonly after: number; readonly error: JsonObject }
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: JsonObject | string;
    }
  /** Verbatim bytes, such as a recorded stream, by default as an event stream. */
  | {
      readonly kind: "raw";
      readonly bytes: string | Uint8Array;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
);

/** One recorded call. */
export interface SeenCall {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: JsonObject;
  /** Remote port; identifies the connection. */
  readonly port: number | undefined;
  /** performance.now() of the arrival. */
  readonly at: number;
  /** Resolves with performance.now() when the response was sent or its connection closed. */
  readonly closed: Promise<number>;
  /** Whether the caller disconnected before the response was sent. */
  abandoned: boolean;
}

export interface FaultProvider {
  /** With /v1. */
  readonly baseUrl: string;
  readonly calls: readonly SeenCall[];
  callsOf(model: string): SeenCall[];
  /** Resolves when the call of this number (from 1) has arrived. */
  nthCall(count: number): Promise<SeenCall>;
  /** Behaviours of the next calls of a model, one each; the last one repeats. */
  behave(model: string, ...behaviours: Behaviour[]): void;
  close(): Promise<void>;
}

export const REJECTED = {
  tooLong: {
    kind: "status",
    status: 400,
    body: {
      error: {
        message: "This model's maximum context length is 8192 tokens, however you requested 9000.",
        type: "invalid_request_error",
        param: "messages",
        code: "context_length_exceeded",
      },
    },
  },
  filtered: {
    kind: "status",
    status: 400,
    body: {
      error: {
        message: "The response was filtered: hate (high).",
        type: "invalid_request_error",
        param: "prompt",
        code: "content_filter",
      },
    },
  },
} as const satisfies Record<string, Behaviour>;

/** A URL whose port refuses connections. */
export async function refusedUrl(): Promise<string> {
  const provider = await startFaultProvider();
  await provider.close();
  return provider.baseUrl;
}

/**
 * A provider with the protocols of OpenAI and Anthropic and injected faults.
 * @param host to listen on; containers reach 0.0.0.0
 */
export async function startFaultProvider(host = "127.0.0.1"): Promise<FaultProvider> {
  const plans = new Map<string, Behaviour[]>();
  const calls: SeenCall[] = [];
  const waiting: { count: number; resolve: (call: SeenCall) => void }[] = [];

  const server = createServer((request, response) => {
    void serve(request, response).catch(() => response.destroy());
  });

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request);
    const { call, model } = record(request, response, body);
    if (call.path.endsWith("/models")) {
      const data = [...plans.keys()].map((id) => ({ id, object: "model" }));
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ object: "list", data }));
      return;
    }
    const embeds = call.path.endsWith("/embeddings");
    if (embeds && !plans.has(model)) {
      const data = [body.input]
        .flat()
        .map((_, index) => ({ object: "embedding", index, embedding: [0.5, -0.5] }));
      response.setHeader("content-type", "application/json");
      response.setHeader("x-ratelimit-remaining-requests", "99");
      response.end(
        JSON.stringify({
          object: "list",
          model,
          data,
          usage: { prompt_tokens: 2, total_tokens: 2 },
        }),
      );
      return;
    }
    const plan = plans.get(model) ?? [];
    const behaviour = (plan.length > 1 ? plan.shift() : plan[0]) ?? { kind: "answer" };
    const make = call.path.endsWith("/messages") ? anthropicResponse : openAiResponse;
    const text = behaviour.text ?? `Here ${model} says a few words.`;
    await act(behaviour, make(model, text, JSON.stringify(body.messages ?? "")), response);
  };

  const record = (request: IncomingMessage, response: ServerResponse, body: JsonObject) => {
    const closed = once(response, "close").then(() => {
      call.abandoned = !response.writableFinished;
      return performance.now();
    });
    const call: SeenCall = {
      path: request.url ?? "",
      headers: request.headers,
      body,
      port: request.socket.remotePort,
      at: performance.now(),
      closed,
      abandoned: false,
    };
    calls.push(call);
    for (const { count, resolve } of waiting) if (count === calls.length) resolve(call);
    return { call, model: typeof body.model === "string" ? body.model : "" };
  };

  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    calls,
    callsOf: (model) => calls.filter(({ body }) => body.model === model),
    nthCall: (count) =>
      new Promise((resolve) => {
        const call = calls[count - 1];
        if (call) resolve(call);
        else waiting.push({ count, resolve });
      }),
    behave: (model, ...behaviours) => void plans.set(model, behaviours),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  return text === "" ? {} : (JSON.parse(text) as JsonObject);
}

async function act(
  how: Behaviour,
  answer: ScriptedResponse,
  response: ServerResponse,
): Promise<void> {
  const { frames, head, tail } = answer;
  if (how.kind === "hang") return;
  if (how.kind === "reset") return void response.socket?.resetAndDestroy();
  if (how.kind === "status") {
    response.writeHead(how.status, { "content-type": "application/json", ...how.headers });
    const body = how.body ?? { error: { message: `status ${how.status}`, type: "server_error" } };
    return void response.end(typeof body === "string" ? body : JSON.stringify(body));
  }
  if (how.kind === "raw" && how.headers) {
    response.writeHead(how.status ?? 200, how.headers);
    return void response.end(how.bytes);
  }
  if (how.kind === "answer" && how.firstMs) await delay(how.firstMs, undefined, { ref: false });
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "x-request-id": "req_fault",
    "x-ratelimit-remaining-requests": "99",
  });
  response.flushHeaders();
  if (how.kind === "hang_before_token") return;
  if (how.kind === "raw") return void response.end(how.bytes);
  if (how.kind === "answer") {
    for (const frame of frames) {
      if (response.destroyed) return;
      response.write(frame);
      if (how.everyMs) await delay(how.everyMs);
    }
    return void response.end();
  }
  if (how.kind === "no_done") return void response.end(frames.slice(0, -1).join(""));
  const prefix = frames.slice(0, Math.min(head + how.after, frames.length - tail)).join("");
  // Flushed before the fault: a reset would overtake it.
  await new Promise((resolve) => response.write(prefix, resolve));
  if (how.kind === "end") response.end();
  if (how.kind === "cut") response.socket?.end();
  if (how.kind === "malformed") response.end('data: {"id":"chatcmpl-CTfault0001","cho\n\n');
  if (how.kind === "error") {
    response.end(`event: error\ndata: ${JSON.stringify({ type: "error", error: how.error })}\n\n`);
  }
}
