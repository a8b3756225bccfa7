import type { ChatCall, ChatEvent, MessageDelta, RequestContext, Viewer } from "@vega/contracts";
import type { BlobClient } from "@vega/messaging";
import { randomUUID } from "node:crypto";
import type { LibraryAccess } from "../library/resolve.ts";
import { ModelError } from "../models/language-model.ts";
import type { Models } from "../models/models.ts";
import type { End } from "./accumulator.ts";
import type { Calls } from "./calls.ts";
import { createCancellation } from "./cancellation.ts";
import { toChatFault } from "./errors.ts";
import type { RecalledEntry } from "./memory.ts";
import type { NegativeCache } from "./negative-cache.ts";
import { prepareTurn } from "./prepare.ts";
import { readRequest } from "./request.ts";
import { reserveTurn } from "./reserve.ts";
import { settleTurn } from "./settle.ts";
import { replay, startedEventOf } from "./started.ts";
import type { Storage } from "./storage.ts";
import { streamTurn } from "./stream.ts";

export interface TurnDependencies {
  readonly models: Models;
  /** Files of conversations. */
  readonly blobs: Pick<BlobClient, "put" | "read">;
  /** Files of the library that a caller sees. */
  readonly libraryFor: (viewer: Viewer) => LibraryAccess;
  readonly calls: Calls;
  /** State, accessed in the name of the caller. */
  readonly storageFor: (context: RequestContext) => Storage;
  /** Entries of the shared and of the owner's namespaces with these names. */
  readonly readMemory: (
    owner: string | null,
    namespaces: readonly string[],
  ) => Promise<RecalledEntry[]>;
  /** Conversations whose summary failed lately; their turns skip it. */
  readonly unsummarized: NegativeCache;
  /** Publishes deltas on the bus. */
  readonly tell: (delta: MessageDelta) => void;
  /** W3C traceparent of the turn; undefined: tracing is disabled. */
  readonly trace?: () => string | undefined;
  /** Called with the error of each failed turn. */
  readonly onFailed?: (error: unknown) => void;
  /** Called with internal errors. */
  readonly onFault: (error: unknown) => void;
}

const INTERNAL = { kind: "internal", message: "internal error", of_model: false };

/**
 * One turn of a conversation, in four steps: prepare (history, memory, summary, guard), reserve (store the question,
 * hold the budget), stream (call the models, store and forward the deltas), settle (store the end). Never throws: an
 * error is the last event. It must be read to its end.
 * @param signal aborted when the connection to the caller is lost; a turn in the background goes on
 */
export async function* takeTurn(
  call: ChatCall,
  signal: AbortSignal,
  dependencies: TurnDependencies,
): AsyncGenerator<ChatEvent, void> {
  const cancellation = createCancellation(signal);
  let untrack: (() => void) | undefined;
  try {
    const request = readRequest(call.body_json);
    if (request.background) cancellation.detach();
    const conversation = request.conversation ?? randomUUID();
    untrack = dependencies.calls.add({
      callId: call.call_id,
      owner: call.caller.owner ?? null,
      conversation,
      cancel: () => cancellation.cancel({ how: "cancelled" }),
    });
    const prepared = await prepareTurn(call, request, conversation, cancellation, dependencies);
    const turn = await reserveTurn(prepared);
    yield { event: "begun", begun: startedEventOf(turn.message, turn.replayed) };
    if (turn.replayed) {
      yield* replay(turn.message);
      return;
    }
    const stream = streamTurn(turn, dependencies);
    let end: End = { how: "lost" };
    try {
      for await (const event of stream.events) {
        const emitted = stream.take(event);
        if (emitted) yield emitted;
      }
      end = { how: "complete" };
    } catch (error) {
      end = cancellation.reason ?? { how: "failed", error };
    } finally {
      // Also where the reader stops early.
      await settleTurn(turn, stream, end);
    }
    if (end.how === "failed") throw end.error;
    if (end.how !== "complete") throw new ModelError("cancelled", "the turn was cancelled");
    // A turn is reported complete only after it is stored.
    yield* stream.ending();
  } catch (error) {
    const fault = toChatFault(error);
    dependencies.onFailed?.(error);
    if (!fault) dependencies.onFault(error);
    yield { event: "fault", fault: fault ?? INTERNAL };
  } finally {
    untrack?.();
    cancellation.detach();
  }
}
