import type {
  Capability,
  ChatBegun,
  ChatEvent,
  JsonObject,
  RequestContext,
  Viewer,
} from "@vega/contracts";
import { VegaError, inference, messages, systemContext } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { request } from "@vega/messaging";
import { connectInference } from "@vega/messaging/inference/client";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { CompletionError } from "./completion-error.ts";

/** A chat completion request. */
export interface ChatRequest {
  /** The body of POST /v1/chat/completions. */
  readonly body: JsonObject;
  readonly owner: string | null;
  /** Id of the API key of the caller, for its budget. */
  readonly keyId?: string | undefined;
  /** What the caller may see of the library; absent: nothing. */
  readonly viewer?: Viewer;
  readonly context: RequestContext;
  readonly idempotencyKey: string | undefined;
}

/** Client of the ai service. */
export interface ModelClient {
  /**
   * Requests a completion and yields its events, `completed` last.
   * Throws CompletionError, and VegaError if the ai service is unavailable.
   * @param disconnected aborts when the client disconnects
   * @param onBegun receives the ids of conversation and message, also of a completion that fails later
   */
  chat(
    chatRequest: ChatRequest,
    disconnected: AbortSignal,
    onBegun?: (begun: ChatBegun) => void,
  ): AsyncIterable<ChatEvent>;
  close(): void;
}

/** Timeout of one completion. */
const DEADLINE_MS = 15 * 60_000;
/** Time that the ai service has to end and store a call after a cancel request. */
const CANCEL_GRACE_MS = 2_000;
const CONTEXT = systemContext("gateway");

/**
 * @param options `url`: gRPC target; undefined: looked up over the bus.
 * @param disabledCapabilities sent with each call: the gateway is the only service that tracks them.
 */
export function createModelClient(
  bus: Bus,
  options: { readonly url: string | undefined; readonly token: string },
  disabledCapabilities: () => readonly Capability[],
): ModelClient {
  const { url, token } = options;
  const client = connectInference({
    token,
    tracer: bus.tracer,
    deadlineMs: DEADLINE_MS,
    locate: async () => url ?? (await request(bus, inference.requests.locate, {}, CONTEXT)).address,
  });

  return {
    async *chat({ body, owner, keyId, viewer, context, idempotencyKey }, disconnected, onBegun) {
      const call_id = randomUUID();
      const broken = new AbortController();
      // The bus request means a client disconnect; a broken gRPC connection means that this process died.
      const cancel = () => {
        // The turn goes on; its text comes with the events, and `stop` of the conversation cancels it.
        if (body["vega_background"] === true) return broken.abort();
        request(bus, inference.requests.cancelCalls, { call_id }, context).catch(() => undefined);
        const grace = bus.connected() ? CANCEL_GRACE_MS : 0;
        void delay(grace, undefined, { ref: false }).then(() => broken.abort());
      };
      disconnected.addEventListener("abort", cancel, { once: true });
      if (disconnected.aborted) cancel();
      let begun: ChatBegun | undefined;
      let text = "";
      try {
        const call = {
          call_id,
          body_json: JSON.stringify(body),
          caller: {
            ...(owner !== null && { owner }),
            ...(keyId !== undefined && { key_id: keyId }),
            ...(viewer && { viewer_json: JSON.stringify(viewer) }),
            context_json: JSON.stringify(context),
            off: disabledCapabilities(),
          },
          ...(idempotencyKey !== undefined && { idempotency_key: idempotencyKey }),
        };
        for await (const event of client.chat(call, broken.signal)) {
          if (event.event === "begun") {
            ({ begun } = event);
            onBegun?.(begun);
          }
          if (event.event === "delta") text += textOf(event.delta.json);
          if (event.event === "fault") throw new CompletionError(event.fault);
          yield event;
          if (event.event === "completed") return;
        }
        throw new VegaError("unavailable", "the ai service ended the completion early");
      } catch (error) {
        if (begun && !begun.replayed && error instanceof VegaError && !disconnected.aborted) {
          // The ai service is lost, with the text that it had not stored.
          await keepRest(bus, owner, begun, text);
        }
        throw error;
      } finally {
        disconnected.removeEventListener("abort", cancel);
      }
    },
    close: client.close,
  };
}

const textOf = (json: string): string => {
  const { content } = JSON.parse(json) as { content?: unknown };
  return typeof content === "string" ? content : "";
};

const LOST = { kind: "lost", message: "the ai service was lost during the completion" };

/** Lease between the two requests: if this process dies between them, the message becomes `truncated` soon. */
const LEASE_SECONDS = 5;

/** Stores the text that was received before the ai service was lost. Never throws: the lease ends the message. */
async function keepRest(
  bus: Bus,
  owner: string | null,
  { message_id }: ChatBegun,
  text: string,
): Promise<void> {
  const at = { owner, message_id };
  const whole = text.toWellFormed();
  try {
    if (whole !== "") {
      const rest = { ...at, offset: 0, text: whole, lease_seconds: LEASE_SECONDS };
      await request(bus, messages.requests.progress, rest, CONTEXT);
    }
    await request(
      bus,
      messages.requests.finish,
      { ...at, outcome: { status: "truncated", error: LOST } },
      CONTEXT,
    );
  } catch (error) {
    bus.log.warn({ err: error, message_id }, "interrupted message left to its lease");
  }
}
