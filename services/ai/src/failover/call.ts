import type { ChatRequest, ModelEvent } from "../models/language-model.ts";
import { ModelError } from "../models/language-model.ts";
import { newToolCallId } from "../tool-calls/id.ts";
import { createToolCallNormalizer } from "../tool-calls/normalizer.ts";
import type { PrefixFilter } from "./delivered-prefix.ts";
import { carries } from "./delivered-prefix.ts";
import type { Target } from "./target.ts";
import { startTimeouts } from "./timeouts.ts";

export interface CallEnd {
  /** Undefined: the completion is whole. */
  readonly error: ModelError | undefined;
  /** The completion differs from the text delivered before. */
  readonly diverged: boolean;
  /** The connection was established. */
  readonly wasReached: boolean;
  /** Milliseconds of the caller's clock. */
  readonly firstTokenAt: number | undefined;
}

/** `output`: the call's first token has arrived; it precedes the call's other events, but for `orchestra`. */
export type CallEvent = ModelEvent | { readonly kind: "output" };

/** One call of a provider. Not a generator: an `await` per chunk is cheaper than a further `yield`. */
export interface ProviderCall {
  /** The next events that are new to the caller; undefined at the end. Never rejects. */
  next(): Promise<readonly CallEvent[] | undefined>;
  /** Set once `next` has returned undefined. */
  readonly end: CallEnd | undefined;
  /** Aborts a call that has not ended. */
  close(): void;
}

/**
 * Starts a call and applies timeouts, tool call labels and the filter of delivered text to its events. Events before
 * the first token are held back, so a call that fails before it has emitted nothing, headers included.
 */
export function startCall(
  target: Target,
  request: ChatRequest,
  filter: PrefixFilter,
  options: { readonly signal: AbortSignal; readonly now: () => number },
): ProviderCall {
  const timeouts = startTimeouts(target.limits, options.signal);
  // Here, since delivered, stored and concatenated tool calls need the same labels.
  const toolCalls = createToolCallNormalizer(newToolCallId);
  /** Events before the first token. */
  let held: ModelEvent[] | undefined = [];
  let firstTokenAt: number | undefined;
  let finished = false;
  let exhausted = false;
  let end: CallEnd | undefined;
  const stream = target.languageModel.stream(request, timeouts.signal, timeouts);
  const events = stream[Symbol.asyncIterator]();

  const close = () => {
    timeouts.close(exhausted);
    // Not awaited: a provider's iterator may hang.
    void events.return?.().then(undefined, () => undefined);
  };
  const endWith = (error?: ModelError, diverged = false): undefined => {
    end = { error, diverged, wasReached: timeouts.isConnected, firstTokenAt };
    close();
  };

  /** Events to emit for one event of the provider; undefined: the call has ended. */
  const accept = (event: ModelEvent): readonly CallEvent[] | undefined => {
    const hasContent = event.kind === "delta" && carries(event.delta);
    if (hasContent && firstTokenAt === undefined) {
      firstTokenAt = options.now();
      timeouts.firstToken();
    }
    let passed: ModelEvent | undefined = event;
    if (event.kind === "delta") {
      const delta = toolCalls.normalize(event.delta) ?? (event.logprobs ? {} : undefined);
      const fresh = delta ? filter.pass(delta) : { delta };
      if (fresh === "diverged") return endWith(divergence(), true);
      passed = fresh.delta && { ...event, delta: fresh.delta };
    } else if (event.kind === "finish") {
      if (!filter.mayEnd()) return endWith(divergence(), true);
      if (toolCalls.hasNameless()) return endWith(namelessToolCall());
      finished = true;
      timeouts.finished();
    }
    if (!passed) return [];
    if (!held) return [passed];
    held.push(passed);
    if (!hasContent && !finished) return [];
    const released = held;
    held = undefined;
    return [{ kind: "output" }, ...released];
  };

  return {
    async next() {
      if (end) return undefined;
      try {
        if (timeouts.error) return endWith(timeouts.error);
        for (;;) {
          timeouts.waiting(true);
          const { done, value: event } = await events.next();
          timeouts.waiting(false);
          // A report of an ensemble is for storage: it is passed on even where the call fails.
          if (!done && event.kind === "orchestra") return [event];
          if (timeouts.error) throw timeouts.error;
          if (done) {
            exhausted = true;
            return endWith(finished ? undefined : incomplete());
          }
          timeouts.connected();
          const accepted = accept(event);
          if (!accepted || accepted.length > 0) return accepted;
        }
      } catch (cause) {
        const error = timeouts.error ?? asModelError(cause);
        // After the finish reason the completion is whole, whatever fails.
        return endWith(finished && error.kind !== "cancelled" ? undefined : error);
      }
    },
    get end() {
      return end;
    },
    close() {
      if (!end) close();
    },
  };
}

const incomplete = () =>
  new ModelError("broken_stream", "the stream ended without a finish reason");

const namelessToolCall = () =>
  new ModelError("broken_stream", "the provider sent a tool call without the tool's name");

const divergence = () =>
  new ModelError("broken_stream", "the retried completion differs from the delivered text");

function asModelError(cause: unknown): ModelError {
  if (cause instanceof ModelError) return cause;
  return new ModelError("unavailable", "the provider's response could not be read", { cause });
}
