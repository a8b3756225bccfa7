import type { Capability, ChatBegun, ChatEvent, JsonObject, RequestContext } from "@vega/contracts";
import { VegaError, inference, messages, systemContext } from "@vega/contracts";
import type { Bus } from "@vega/messaging";
import { request } from "@vega/messaging";
import type { Tracing } from "@vega/service-kit";
import { connectInference } from "@vega/messaging/inference/client";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { CompletionError } from "./completion-error.ts";

/** What a route asks for. */
export interface ChatRequest {
  /** The body of POST /v1/chat/completions. */
  readonly body: JsonObject;
  readonly owner: string | null;
  /** Id of the API key that it is asked with, for its budget. */
  readonly keyId?: string | undefined;
  readonly context: RequestContext;
  readonly idempotencyKey: string | undefined;
}

/** The ai service, as the gateway sees it. */
export interface ModelClient {
  /**
   * Asks for an answer and gives what comes, `completed` last.
   * Throws CompletionError, and VegaError where the ai service is away.
   * @param gone aborts when nobody waits for the answer any more
   * @param onBegun told where it is kept, also of an answer that comes to nothing
   */
  chat(
    chatRequest: ChatRequest,
    gone: AbortSignal,
    onBegun?: (begun: ChatBegun) => void,
  ): AsyncIterable<ChatEvent>;
  close(): void;
}

/** The longest that one answer may take. */
const DEADLINE_MS = 15 * 60_000;
/** Who was told over the bus ends the call in this time, most of which goes into storing that end. */
const CANCEL_GRACE_MS = 2_000;
const CONTEXT = systemContext("gateway");

/**
 * @param url as gRPC writes targets; undefined: whoever answers on the bus.
 * @param off capabilities whose module is off, which ai is told with each call: there is one place that knows.
 */
export function createModelClient(
  bus: Bus,
  options: {
    readonly url: string | undefined;
    readonly token: string;
    readonly tracing?: Tracing | undefined;
  },
  off: () => readonly Capability[],
): ModelClient {
  const { url, token, tracing } = options;
  const client = connectInference({
    token,
    tracer: tracing,
    deadlineMs: DEADLINE_MS,
    locate: async () => url ?? (await request(bus, inference.requests.locate, {}, CONTEXT)).address,
  });

  return {
    async *chat({ body, owner, keyId, context, idempotencyKey }, gone, onBegun) {
      const call_id = randomUUID();
      const broken = new AbortController();
      // Over the bus it is said that the caller went away; a connection that breaks says that this process did.
      const cancel = () => {
        request(bus, inference.requests.cancelCalls, { call_id }, context).catch(() => undefined);
        const grace = bus.connected() ? CANCEL_GRACE_MS : 0;
        void delay(grace, undefined, { ref: false }).then(() => broken.abort());
      };
      gone.addEventListener("abort", cancel, { once: true });
      if (gone.aborted) cancel();
      let begun: ChatBegun | undefined;
      let text = "";
      try {
        const call = {
          call_id,
          body_json: JSON.stringify(body),
          caller: {
            ...(owner !== null && { owner }),
            ...(keyId !== undefined && { key_id: keyId }),
            context_json: JSON.stringify(context),
            off: off(),
          },
          ...(idempotencyKey !== undefined && { idempotency_key: idempotencyKey }),
        };
        for await (const event of client.chat(call, broken.signal, context.traceparent)) {
          if (event.event === "begun") {
            ({ begun } = event);
            onBegun?.(begun);
          }
          if (event.event === "delta") text += textOf(event.delta.json);
          if (event.event === "fault") throw new CompletionError(event.fault);
          yield event;
          if (event.event === "completed") return;
        }
        throw new VegaError("unavailable", "the ai service ended an answer before its end");
      } catch (error) {
        if (begun && !begun.replayed && error instanceof VegaError && !gone.aborted) {
          // The ai service is gone, and with it what it had not stored yet.
          await keepRest(bus, owner, begun, text);
        }
        throw error;
      } finally {
        gone.removeEventListener("abort", cancel);
      }
    },
    close: client.close,
  };
}

const textOf = (json: string): string => {
  const { content } = JSON.parse(json) as { content?: unknown };
  return typeof content === "string" ? content : "";
};

const LOST = { kind: "lost", message: "the ai service went away in its midst" };

/** For the moment between the rest and the end: who is killed in it leaves an answer that is soon taken for broken off. */
const LEASE_SECONDS = 5;

/** Stores what had come through here before the ai service went away. Never throws: the lease does the rest. */
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
    bus.log.warn({ err: error, message_id }, "an answer that broke off ends with its lease");
  }
}
