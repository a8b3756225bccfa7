import type { ChatCall, ChatEvent, MessageDelta, RequestContext, VegaError } from "@vega/contracts";
import { requestContextSchema } from "@vega/contracts";
import { createHash, randomUUID } from "node:crypto";
import type { Models } from "../models/models.ts";
import { ModelFault } from "../models/language-model.ts";
import { noSuchModel } from "../models/resolve.ts";
import { begunOf, replay } from "./started.ts";
import { startWithin } from "../budget/charge.ts";
import type { Calls } from "./calls.ts";
import { toChatFault } from "./faults.ts";
import { createKeeper } from "./checkpointer.ts";
import type { Remembered } from "./memory.ts";
import { metered } from "../budget/with-budget.ts";
import { prepare } from "./prepare.ts";
import { offOf, withoutPlaybox } from "./disabled-modules.ts";
import type { Asked } from "./request.ts";
import type { Resting } from "./negative-cache.ts";
import { readRequest } from "./request.ts";
import type { Storage } from "./storage.ts";
import { storeEnd } from "./store-end.ts";
import { summarize } from "./summary.ts";
import type { End } from "./accumulator.ts";
import { createTally } from "./accumulator.ts";
import { createTeller } from "./delta-broadcaster.ts";

export interface TurnDependencies {
  readonly models: Models;
  readonly calls: Calls;
  /** In the name of who asks. */
  readonly storageFor: (context: RequestContext) => Storage;
  /** Of everybody's namespaces of these names and the owner's. */
  readonly readMemory: (
    owner: string | null,
    namespaces: readonly string[],
  ) => Promise<Remembered[]>;
  /** Conversations of which no summary could be made of late: their turns don't wait for another try. */
  readonly unsummarized: Resting;
  /** Says to whoever listens what arrives of an answer. */
  readonly tell: (delta: MessageDelta) => void;
  /** W3C traceparent of the turn; undefined where there are no traces. */
  readonly trace?: () => string | undefined;
  /** Told of every turn that failed. */
  readonly onFailed?: (error: unknown) => void;
  /** Told of what is our own fault. */
  readonly onFault: (error: unknown) => void;
}

const INTERNAL = { kind: "internal", message: "an internal error", of_model: false };

/**
 * One turn of a conversation: what is asked is stored, the models are asked, and what they answer is stored while it
 * arrives and passed on. Never throws: what goes wrong is the last event. It has to be read to its end.
 * @param signal of the connection; without a word of why, the caller is taken for broken off.
 */
export async function* takeTurn(
  call: ChatCall,
  signal: AbortSignal,
  dependencies: TurnDependencies,
): AsyncGenerator<ChatEvent, void> {
  try {
    yield* begin(call, signal, dependencies);
  } catch (error) {
    const fault = toChatFault(error);
    dependencies.onFailed?.(error);
    if (!fault) dependencies.onFault(error);
    yield { event: "fault", fault: fault ?? INTERNAL };
  }
}

/** Who may end a turn before its time, and how it was ended. */
interface Stop {
  readonly signal: AbortSignal;
  /** The first one counts. */
  as: Exclude<End, { how: "complete" }> | undefined;
  end(as: NonNullable<Stop["as"]>): void;
}

function createStop(): Stop {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    as: undefined,
    end(as) {
      this.as ??= as;
      controller.abort();
    },
  };
}

/** What state refuses of an answer that goes on: that it has ended, be it by a stop or with its conversation; or its size. */
const endOf = (refusal: VegaError): NonNullable<Stop["as"]> =>
  refusal.code === "too_large" ? { how: "failed", fault: refusal } : { how: "lost" };

async function* begin(
  call: ChatCall,
  signal: AbortSignal,
  dependencies: TurnDependencies,
): AsyncGenerator<ChatEvent, void> {
  const asked = readRequest(call.body_json);
  const owner = call.caller.owner ?? null;
  const conversation = asked.conversation ?? randomUUID();
  const stop = createStop();
  const onLost = () => stop.end({ how: "lost" });
  const done = dependencies.calls.add({
    callId: call.call_id,
    owner,
    conversation,
    cancel: () => stop.end({ how: "cancelled" }),
  });
  signal.addEventListener("abort", onLost, { once: true });
  if (signal.aborted) onLost();
  try {
    yield* turn(call, asked, conversation, stop, dependencies);
  } finally {
    done();
    signal.removeEventListener("abort", onLost);
  }
}

async function* turn(
  call: ChatCall,
  asked: Asked,
  conversation: string,
  stop: Stop,
  { models, storageFor, readMemory, unsummarized, tell, trace }: TurnDependencies,
): AsyncGenerator<ChatEvent, void> {
  const startedAt = performance.now();
  const owner = call.caller.owner ?? null;
  const asking = requestContextSchema.parse(JSON.parse(call.caller.context_json));
  const traceparent = trace?.() ?? asking.traceparent;
  const context = { ...asking, ...(traceparent !== undefined && { traceparent }) };
  const storage = storageFor(context);
  const model = asked.model ?? models.preferred();
  const resolved = models.resolve(model, asked.fallbacks);
  if (!resolved.found) throw noSuchModel(resolved.unknown);
  const off = offOf(call);
  const chain = withoutPlaybox(resolved.chain, off);
  const charging = { chain, cost: models.cost, keyId: call.caller.key_id };
  const prepared = await prepare(asked, {
    storage,
    owner,
    target: chain[0],
    off,
    readMemory: (namespaces) => readMemory(owner, namespaces),
    summarize: async (before, messages) => {
      if (unsummarized.has(conversation)) return undefined;
      const summary = await summarize(
        (request, signal) => {
          const { messages: shown, options } = request;
          const charged = { ...charging, messages: shown, options };
          const by = { owner, counts: false };
          return metered(() => models.answer(request, { chain, signal }), charged, storage, by);
        },
        before,
        messages,
        stop.signal,
      );
      if (summary === undefined && !stop.signal.aborted) unsummarized.add(conversation);
      return summary;
    },
  });
  const { title, added: messages, prompt, follows } = prepared;
  const idempotency = idempotencyOf(call);
  const turnToStart = { owner, conversation, title, messages, follows, model, prompt, idempotency };
  const { message, replayed } = await startWithin(
    (charge) => storage.start({ ...turnToStart, charge }),
    { ...charging, messages: prepared.messages, options: asked.options },
  );
  yield { event: "begun", begun: begunOf(message, replayed) };
  if (replayed) {
    yield* replay(message);
    return;
  }
  const tally = createTally(() => performance.now() - startedAt, models.cost);
  const keeper = createKeeper({
    storage,
    owner,
    message: message.id,
    text: tally.text,
    onLost: (refusal) => stop.end(endOf(refusal)),
  });
  const teller = createTeller(message, tally.text, tell);
  /** What nobody waits for before the whole is there. */
  const untold: ChatEvent[] = [];
  let end: End = { how: "lost" };
  try {
    const recall = !off.has("mind");
    const { orchestra } = asked;
    const shown = { model, messages: prepared.messages, options: asked.options };
    const request = {
      ...shown,
      owner,
      recall,
      off,
      trace: traceparent,
      ...(orchestra && { orchestra }),
    };
    const options = { chain, signal: stop.signal, unheard: !asked.stream };
    for await (const event of models.answer(request, options)) {
      if (event.kind === "anew") {
        untold.length = 0;
        keeper.startAnew();
        teller.startAnew();
      }
      const told = tally.take(event);
      if (event.kind === "delta") {
        keeper.note();
        teller.note();
      }
      if (told && asked.stream) yield told;
      else if (told) untold.push(told);
    }
    end = { how: "complete" };
  } catch (fault) {
    end = stop.as ?? { how: "failed", fault };
  } finally {
    teller.stop();
    await keeper.stop();
    // What is complete is stored before anybody is told that it is.
    await storeEnd(storage, owner, message.id, tally.outcome(end));
  }
  if (end.how === "failed") throw end.fault;
  if (end.how !== "complete") throw new ModelFault("cancelled", "the answer was cancelled");
  yield* untold;
  yield* tally.ending();
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

const idempotencyOf = ({ idempotency_key, body_json }: ChatCall) =>
  idempotency_key === undefined
    ? null
    : { key: digest(idempotency_key), fingerprint: digest(body_json) };
