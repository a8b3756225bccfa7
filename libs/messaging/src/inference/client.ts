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
  /** Where the ai service is, as gRPC writes targets (`host:port`, `dns:///ai:5051`). Asked again when it is away. */
  readonly locate: () => Promise<string>;
  readonly token: string;
  /** The longest that one call may take, in milliseconds. */
  readonly deadlineMs: number;
  readonly tracer?: Tracer | undefined;
}

const CHANNEL = {
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  // Replicas behind one name take turns.
  "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  // One that is back is used again at once, and not after the default two minutes of backing off.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
  "grpc.keepalive_time_ms": 30_000,
} as const;

const AWAY = "the ai service is away; try again";

export function connectInference(options: InferenceClientOptions): InferenceClient {
  const { locate, token, deadlineMs, tracer } = options;
  const { Chat } = loadContract().service;
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${token}`);
  let current: { readonly target: string; readonly client: Client } | undefined;

  /** Where it is not, the service may have started anew somewhere else. */
  const isConnected = () =>
    current?.client.getChannel().getConnectivityState(false) === connectivityState.READY;

  const open = async (): Promise<Client> => {
    const target = await locate();
    if (current?.target === target) return current.client;
    // Its calls end by themselves.
    const client = new Client(target, credentials.createInsecure(), CHANNEL);
    current = { target, client };
    return client;
  };

  async function* ask(
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
    // It may come when nobody reads any more.
    stream.on("error", () => undefined);
    const cancel = () => stream.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
    let isOver = false;
    try {
      // What the reader does not want any more is read to its end by the `finally`.
      const messages = stream.iterator({ destroyOnReturn: false });
      for await (const { events } of messages as AsyncIterable<ChatEvents>) {
        isOver = ["completed", "fault"].includes(events.at(-1)?.event ?? "");
        yield* events;
      }
    } catch (error) {
      throw asVegaError(error as ServiceError);
    } finally {
      signal.removeEventListener("abort", cancel);
      // Also where the reader stops early. A call that is over is not reset: servers take many resets for an attack,
      // and end the connection with all that is on it.
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
      for await (const event of ask(call, signal, sent)) {
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
    chat: (call, signal) => (tracer ? traced(tracer, call, signal) : ask(call, signal, metadata)),
    close() {
      current?.client.close();
      current = undefined;
    },
  };
}

function asVegaError(error: ServiceError): VegaError {
  switch (error.code) {
    case status.UNAVAILABLE:
      return new VegaError("unavailable", AWAY, [], error);
    case status.DEADLINE_EXCEEDED:
      return new VegaError("timeout", "the answer took longer than it may", [], error);
    case status.RESOURCE_EXHAUSTED:
      return new VegaError(
        "too_large",
        "the request is larger than the ai service takes",
        [],
        error,
      );
    default:
      return new VegaError("internal", "the ai service failed", [], error);
  }
}
