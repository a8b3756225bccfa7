import type {
  CollectionName,
  Crystal,
  DocumentOf,
  ErrorCode,
  ErrorDetail,
  EventContract,
  JsonObject,
} from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import type { z } from "zod";
import type { DocumentRef } from "../store/document-ref.ts";
import type { Change } from "../store/store.ts";

/** An event that a decision makes; the log adds sequence, time, context and hashes. */
export interface NewEvent {
  readonly type: string;
  /** `<collection>/<id>` */
  readonly subject: string;
  readonly data: JsonObject;
  /** Changes that the event's data does not describe: secrets and immutable documents. */
  readonly sideChanges: readonly Change[];
  /**
   * Sequences of entries whose subject, context, data and salt are removed in the same commit: what was said is gone
   * for good. Digest and hashes stay, so that the chain still verifies.
   */
  readonly erases?: readonly number[];
  /**
   * Sequences of entries that keep their content, which a replay needs, and lose in the same commit from where they
   * were asked for: the actor's address and user agent.
   */
  readonly erases_origin?: readonly number[];
  /** Sequences of entries that are taken out of the log in the same commit. */
  readonly removes?: readonly number[];
}

/** What a command leads to: events (none where nothing changes) and its result, or a refusal that changes nothing. */
export type Decision<Result> =
  | { readonly ok: true; readonly events: readonly NewEvent[]; readonly result: Result }
  | { readonly ok: false; readonly error: VegaError };

/** What a decision may look at. Reads only; no I/O. */
export interface DecisionView {
  crystal(): Crystal;
  /** A document that the command lists in `reads`, with the changes of earlier commands of the batch. */
  get<Name extends CollectionName>(ref: DocumentRef<Name>): DocumentOf<Name> | undefined;
  /** The index of a namespace that the command lists in `reads`. */
  memoryIndex(namespace: string): MemoryIndex;
}

/** Names the index of a memory namespace. */
export interface MemoryIndexRef {
  readonly namespace: string;
}

export const memoryIndex = (namespace: string): MemoryIndexRef => ({ namespace });

/** The schema of a memory namespace, and its keys without their values. */
export interface MemoryIndex {
  readonly schema: JsonObject | null;
  readonly keys: ReadonlyMap<
    string,
    { readonly bytes: number; readonly expires_at: string | null }
  >;
}

/** A command, ready to be decided at the head of the log. */
export interface Command<Result> {
  /** What `decide` reads beside the crystal. */
  readonly reads: readonly (DocumentRef | MemoryIndexRef)[];
  /**
   * Pure. May be called again on a newer view should another replica have been faster.
   * @param now the clock of this process, ISO 8601. It is not the time of the entry, which is never earlier than the
   * entry before; it may be earlier than moments in documents, see clock.ts.
   */
  readonly decide: (view: DecisionView, now: string) => Decision<Result>;
}

export function accept<Result>(events: readonly NewEvent[], result: Result): Decision<Result> {
  return { ok: true, events, result };
}

export function refuse(
  code: ErrorCode,
  message: string,
  details: ErrorDetail[] = [],
): Decision<never> {
  return { ok: false, error: new VegaError(code, message, details) };
}

/** An event of a contract. */
export function event<Data extends z.ZodType>(
  contract: EventContract<Data>,
  subject: string,
  data: z.output<Data>,
  sideChanges: readonly Change[] = [],
): NewEvent {
  return { type: contract.type, subject, data: data as JsonObject, sideChanges };
}
