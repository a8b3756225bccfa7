import type { ChatCall, ChatEvent } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import type { ServiceError } from "@grpc/grpc-js";
import type { Tracer } from "@opentelemetry/api";
import { SpanKind } from "@opentelemetry/api";
import { Client, connectivityState, credentials, Metadata, status } from "@grpc/grpc-js";
import type { ChatEvents } from "./load.ts";
import { endSpan, traceparentOf } from "../spans.ts";
import { grpcAttributes, INFERENCE_CHAT, loadContract, MAX_MESSAGE_BYTES } from "./load.ts";

export interface InferenceClient {
  /**
   * Requests one completion. The signal cancels the call.
   * Throws VegaError: `unavailable` where the ai service can't be reached or the connection breaks, `timeout`.
   */
  chat(call: ChatCall, signal: AbortSignal): AsyncGenerator<ChatEvent, void>;
  close(): void;
}

export interface InferenceClientOptions {
  /** gRPC target of the ai service (`host:port`, `dns:///ai:5051`). Called again while it can't be reached. */
  readonly locate: () => Promise<string>;
  readonly token: string;
  /** Timeout of one call, ms. */
  readonly deadlineMs: number;
  readonly tracer?: Tracer | undefined;
}

const CHANNEL = {
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  // Round robin over the replicas behind one name.
  "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  // The default back-off of up to two minutes would keep a restarted replica unused.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
  "grpc.keepalive_time_ms": 30_000,
} as const;

const UNAVAILABLE = "the ai service is unavailable; try again";

export function connectInference(options: InferenceClientOptions): InferenceClient {
  const { locate, token, deadlineMs, tracer } = options;
  const { Chat } = loadContract().service;
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${token}`);
  let current: { readonly target: string; readonly client: Client } | undefined;

  /** If not, the service may have restarted at another address. */
  const isConnected = () =>
    current?.client.getChannel().getConnectivityState(false) === connectivityState.READY;

  const open = async (): Promise<Client> => {
    const target = await locate();
    if (current?.target === target) return current.client;
    // Calls over the former connection end by themselves.
    const client = new Client(target, credentials.createInsecure(), CHANNEL);
    current = { target, client };
    return client;
  };

  async function* complete(
    call: ChatCall,
    signal: AbortSignal,
    sent: Metadata,
  ): AsyncGenerator<ChatEvent, void> {
    const client = (isConnected() && current?.client) || (await open());
    const stream = client.makeServerStreamRequest(
      Chat.path,
      Chat.requestSerialize,
      Chat.responseDeserialize,
      call,
      sent,
      { deadline: Date.now() + deadlineMs },
    );
    // An error may follow after the last read.
    stream.on("error", () => undefined);
    const cancel = () => stream.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
    let isOver = false;
    try {
      // The `finally` consumes or cancels the rest.
      const messages = stream.iterator({ destroyOnReturn: false });
      for await (const { events } of messages as AsyncIterable<ChatEvents>) {
        isOver = ["completed", "fault"].includes(events.at(-1)?.event ?? "");
        yield* events;
      }
    } catch (error) {
      throw asVegaError(error as ServiceError);
    } finally {
      signal.removeEventListener("abort", cancel);
      // Also where the reader stops early. A completed call is not reset: servers treat many resets as an attack and
      // close the connection with all its calls.
      if (isOver) stream.resume();
      else stream.cancel();
    }
  }

  async function* traced(
    by: Tracer,
    call: ChatCall,
    signal: AbortSignal,
  ): AsyncGenerator<ChatEvent, void> {
    // Within the span that is active where the completion is first read from.
    const span = by.startSpan(INFERENCE_CHAT, {
      kind: SpanKind.CLIENT,
      attributes: grpcAttributes,
    });
    const sent = metadata.clone();
    const traceparent = traceparentOf(span);
    if (traceparent) sent.set("traceparent", traceparent);
    // The reader may stop before the end.
    let failure: string | undefined = "cancelled";
    try {
      for await (const event of complete(call, signal, sent)) {
        if (event.event === "completed") failure = undefined;
        else if (event.event === "fault") failure = event.fault.kind;
        yield event;
      }
    } catch (error) {
      failure = error instanceof VegaError ? error.code : "internal";
      throw error;
    } finally {
      endSpan(span, failure);
    }
  }

  return {
    chat: (call, signal) =>
      tracer ? traced(tracer, call, signal) : complete(call, signal, metadata),
    close() {
      current?.client.close();
      current = undefined;
    },
  };
}

function asVegaError(error: ServiceError): VegaError {
  switch (error.code) {
    case status.UNAVAILABLE:
      return new VegaError("unavailable", UNAVAILABLE, [], error);
    case status.DEADLINE_EXCEEDED:
      return new VegaError("timeout", "the completion exceeded its timeout", [], error);
    case status.RESOURCE_EXHAUSTED:
      return new VegaError(
        "too_large",
        "the request exceeds the size limit of the ai service",
        [],
        error,
      );
    default:
      return new VegaError("internal", "the ai service failed", [], error);
  }
}
