import type { ChatEvent, VegaError } from "@vega/contracts";
import type { CompletionEvent } from "../failover/complete.ts";
import type { Accumulator, End } from "./accumulator.ts";
import { createAccumulator } from "./accumulator.ts";
import { createCheckpointer } from "./checkpointer.ts";
import { createDeltaBroadcaster } from "./delta-broadcaster.ts";
import type { ReservedTurn } from "./reserve.ts";
import type { TurnDependencies } from "./turn.ts";

/** A completion under way. */
export interface TurnStream {
  readonly events: AsyncIterable<CompletionEvent>;
  /** Records an event. @returns the event to emit now; undefined: none, or the request is not streamed */
  take(event: CompletionEvent): ChatEvent | undefined;
  /** Stops the broadcaster and the checkpointer. */
  stop(): Promise<void>;
  readonly outcome: Accumulator["outcome"];
  /** Last events of a complete turn; all of them for a request that is not streamed. */
  ending(): ChatEvent[];
}

/**
 * Starts the models. One chunk passes three generators and one async function:
 *
 *     socket → node:http                      async iterator of Readable
 *       → providers/stream.ts                 generator: bytes → SSE events → model events
 *       → failover/call.ts                    async function: timeouts, tool call labels, delivered prefix
 *       → failover/complete.ts                generator: retries, the next model, observers
 *       → chat/turn.ts                        generator: `take` below → gRPC stream
 *
 * `take` is synchronous. The accumulator keeps the completion; the checkpointer (storage) and the broadcaster (bus) read
 * it by their own timers, so neither delays a chunk.
 */
export function streamTurn(
  turn: ReservedTurn,
  { models, tell }: Pick<TurnDependencies, "models" | "tell">,
): TurnStream {
  const { request, message, owner, storage, chain, cancellation, disabled, traceparent } = turn;
  const accumulator = createAccumulator(() => performance.now() - turn.startedAt, models.cost);
  const checkpointer = createCheckpointer({
    storage,
    owner,
    message: message.id,
    text: accumulator.text,
    onLost: (refusal) => cancellation.cancel(reasonOf(refusal)),
  });
  const broadcaster = createDeltaBroadcaster(message, accumulator.text, tell);
  /** Events of a request that is not streamed. */
  const buffered: ChatEvent[] = [];
  const events = models.complete(
    {
      model: turn.model,
      messages: turn.prompt.messages,
      options: request.options,
      owner,
      recall: !disabled.has("mind"),
      disabled,
      trace: traceparent,
      ...(request.orchestra && { orchestra: request.orchestra }),
    },
    { chain, signal: cancellation.signal, buffered: !request.stream },
  );
  return {
    events,
    take(event) {
      if (event.kind === "restart") {
        buffered.length = 0;
        checkpointer.restart();
        broadcaster.restart();
      }
      const emitted = accumulator.take(event);
      if (event.kind === "delta") {
        checkpointer.schedule();
        broadcaster.schedule();
      }
      if (!emitted || request.stream) return emitted;
      buffered.push(emitted);
      return undefined;
    },
    async stop() {
      broadcaster.stop();
      await checkpointer.stop();
    },
    outcome: accumulator.outcome,
    ending: () => [...buffered, ...accumulator.ending()],
  };
}

/** How a turn ends when state refuses a checkpoint: as too large, or as ended already (cancelled, deleted). */
const reasonOf = (refusal: VegaError): Exclude<End, { how: "complete" }> =>
  refusal.code === "too_large" ? { how: "failed", error: refusal } : { how: "lost" };
