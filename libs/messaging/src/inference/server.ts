import type { ChatCall, ChatEvent } from "@vega/contracts";
import type { Tracer } from "@opentelemetry/api";
import { ROOT_CONTEXT, SpanKind } from "@opentelemetry/api";
import type { ServerWritableStream } from "@grpc/grpc-js";
import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { HealthImplementation } from "grpc-health-check";
import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import type { ChatEvents } from "./load.ts";
import { endSpan, parentContext, runInSpan } from "../spans.ts";
import { yieldToEventLoop } from "../yield-to-event-loop.ts";
import {
  grpcAttributes,
  INFERENCE_CHAT,
  INFERENCE_SERVICE,
  loadContract,
  MAX_MESSAGE_BYTES,
} from "./load.ts";

/** Timeout of the calls under way once the server stops. */
const STOP_MS = 3_000;

/** Most events of one message. */
const MOST_AT_ONCE = 64;

export interface InferenceServer {
  /** `host:port` */
  readonly address: string;
  /** Accepts no more calls and waits for those under way, at most STOP_MS. */
  stop(): Promise<void>;
}

export interface InferenceServerOptions {
  /** `host:port`; port 0 takes a free one. */
  readonly listen: string;
  /** Shared secret of the callers. */
  readonly token: string;
  /** Handles a call. The signal aborts when the caller cancels or disconnects, or its deadline is over. */
  readonly chat: (call: ChatCall, signal: AbortSignal) => AsyncIterable<ChatEvent>;
  /** Receives what `chat` throws; the caller gets an internal error without details. */
  readonly onFault: (error: unknown) => void;
  readonly tracer?: Tracer | undefined;
}

type Call = ServerWritableStream<ChatCall, ChatEvents>;

/** Serves vega.ai.v1.Inference; and, without a token, grpc.health.v1 and reflection for tools. */
export async function serveInference(options: InferenceServerOptions): Promise<InferenceServer> {
  const { token, chat, onFault, tracer } = options;
  const { all, service } = loadContract();
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.keepalive_time_ms": 30_000,
  });
  const isToken = tokenCheck(token);
  server.addService(service, {
    Chat(call: Call) {
      const [given] = call.metadata.get("authorization");
      if (!isToken(given)) {
        call.emit("error", {
          code: status.UNAUTHENTICATED,
          details: "missing or wrong internal token",
        });
        return;
      }
      const [parent] = call.metadata.get("traceparent");
      const span = tracer?.startSpan(
        INFERENCE_CHAT,
        { kind: SpanKind.SERVER, attributes: grpcAttributes },
        typeof parent === "string" ? parentContext(parent) : ROOT_CONTEXT,
      );
      const end = (failure?: string) => span && endSpan(span, failure);
      void runInSpan(span, () => answer(call, chat)).then(
        () => end(call.cancelled ? "cancelled" : undefined),
        (error: unknown) => {
          end("internal");
          onFault(error);
          call.emit("error", { code: status.INTERNAL, details: "an internal error" });
        },
      );
    },
  });
  const health = new HealthImplementation({ "": "SERVING", [INFERENCE_SERVICE]: "SERVING" });
  health.addToServer(server);
  new ReflectionService(all).addToServer(server);

  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(options.listen, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    address: `${options.listen.slice(0, options.listen.lastIndexOf(":"))}:${port}`,
    async stop() {
      health.setStatus("", "NOT_SERVING");
      health.setStatus(INFERENCE_SERVICE, "NOT_SERVING");
      const ended = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      const timer = setTimeout(() => server.forceShutdown(), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Writes the events, no faster than the caller reads them. */
async function answer(call: Call, chat: InferenceServerOptions["chat"]): Promise<void> {
  const controller = new AbortController();
  call.once("cancelled", () => controller.abort());
  const { signal } = controller;
  let waiting: ChatEvent[] = [];
  let flushing: Promise<void> | undefined;
  const flush = async () => {
    while (waiting.length > 0 && !signal.aborted) {
      // All events of one iteration of the event loop become one message.
      await yieldToEventLoop();
      const events = waiting;
      waiting = [];
      if (!call.write({ events })) await once(call, "drain", { signal }).catch(() => undefined);
    }
    flushing = undefined;
  };
  for await (const event of chat(call.request, signal)) {
    // The caller has gone; the handler, which stores the completion, sees the signal.
    if (signal.aborted) continue;
    waiting.push(event);
    flushing ??= flush();
    if (waiting.length >= MOST_AT_ONCE) await flushing;
  }
  await flushing;
  if (!signal.aborted) call.end();
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Compares in constant time. */
function tokenCheck(token: string): (given: unknown) => boolean {
  const known = digest(`Bearer ${token}`);
  return (given) => typeof given === "string" && timingSafeEqual(known, digest(given));
}
