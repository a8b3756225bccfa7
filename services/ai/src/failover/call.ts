import type { ChatRequest, ModelEvent } from "../models/language-model.ts";
import { ModelFault } from "../models/language-model.ts";
import { newToolCallId } from "../tool-calls/id.ts";
import { createToolCallNormalizer } from "../tool-calls/normalizer.ts";
import type { Filter } from "./delivered-prefix.ts";
import { carries } from "./delivered-prefix.ts";
import type { Target } from "./target.ts";
import { startWatch } from "./timeouts.ts";

/** How one call ended, and when its first token came. */
export interface CallEnd {
  /** Undefined: the answer is complete. */
  readonly fault: ModelFault | undefined;
  readonly departed: boolean;
  /** Milliseconds of the clock. */
  readonly firstTokenAt: number | undefined;
}

/**
 * Makes one call and passes on what is new in its answer. Nothing comes before the first token has, so a call that
 * fails before has said nothing, headers included. Never throws what a provider did.
 */
export async function* call(
  target: Target,
  request: ChatRequest,
  filter: Filter,
  options: { readonly signal: AbortSignal; readonly now: () => number },
): AsyncGenerator<ModelEvent | { readonly kind: "begun" }, CallEnd> {
  const watch = startWatch(target.limits, options.signal);
  // Here, since every piece passes: what is streamed, stored and put together has the same labels.
  const toolCalls = createToolCallNormalizer(newToolCallId);
  /** What came before the first token. */
  let held: ModelEvent[] | undefined = [];
  let firstTokenAt: number | undefined;
  let finished = false;
  let ended = false;
  const end = (fault?: ModelFault, departed = false): CallEnd => ({
    fault,
    departed,
    firstTokenAt,
  });

  const stream = target.languageModel.stream(request, watch.signal, watch.connected);
  const events = stream[Symbol.asyncIterator]();
  try {
    if (watch.fault) return end(watch.fault);
    for (;;) {
      watch.waiting(true);
      const { done, value: event } = await events.next();
      watch.waiting(false);
      if (!done && event.kind === "orchestra") {
        // For the store and not for the caller: it comes also where nothing else does.
        yield event;
        continue;
      }
      if (watch.fault) throw watch.fault;
      if (done) {
        ended = true;
        break;
      }
      watch.connected();
      const says = event.kind === "delta" && carries(event.delta);
      if (says && firstTokenAt === undefined) {
        firstTokenAt = options.now();
        watch.firstToken();
      }
      let passed: ModelEvent | undefined = event;
      if (event.kind === "delta") {
        const delta = toolCalls.normalize(event.delta) ?? (event.logprobs ? {} : undefined);
        const fresh = delta ? filter.pass(delta) : { delta };
        if (fresh === "departed") return end(departure(), true);
        passed = fresh.delta && { ...event, delta: fresh.delta };
      } else if (event.kind === "finish") {
        if (!filter.mayEnd()) return end(departure(), true);
        if (toolCalls.hasNameless()) return end(nameless());
        finished = true;
        watch.finished();
      }
      if (!passed) continue;
      if (held && !says && !finished) {
        held.push(passed);
        continue;
      }
      if (held) {
        yield { kind: "begun" };
        yield* held;
        held = undefined;
      }
      yield passed;
    }
    if (finished) return end();
    return end(new ModelFault("broken_stream", "the stream ended before the answer did"));
  } catch (error) {
    const fault = watch.fault ?? asFault(error);
    // All has been said: what breaks now takes nothing away.
    return finished && fault.kind !== "cancelled" ? end() : end(fault);
  } finally {
    watch.close(ended);
    // Also where the caller stopped reading; it may hang, so nobody waits for it.
    void events.return?.().then(undefined, () => undefined);
  }
}

const nameless = () =>
  new ModelFault("broken_stream", "the provider sent a tool call without the tool's name");

const departure = () =>
  new ModelFault("broken_stream", "the answer was made again and came out another one");

function asFault(error: unknown): ModelFault {
  if (error instanceof ModelFault) return error;
  return new ModelFault("unavailable", "the provider's answer could not be read", { cause: error });
}
