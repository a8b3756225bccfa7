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

/** An event of a decision; the log adds sequence, time, context and hashes. */
export interface NewEvent {
  readonly type: string;
  /** `<collection>/<id>` */
  readonly subject: string;
  readonly data: JsonObject;
  /** Changes that the event's data does not describe: secrets and immutable documents. */
  readonly sideChanges: readonly Change[];
  /**
   * Sequences of entries whose subject, context, data and salt are erased in the same commit. Digest and hashes remain,
   * so that the chain still verifies.
   */
  readonly erases?: readonly number[];
  /**
   * Sequences of entries that keep their content, which a replay needs, and lose their origin (the actor's address and
   * user agent) in the same commit.
   */
  readonly erases_origin?: readonly number[];
  /** Sequences of entries that are removed from the log in the same commit. */
  readonly removes?: readonly number[];
}

/** The outcome of a command: events (none where nothing changes) and a result, or an error. */
export type Decision<Result> =
  | { readonly ok: true; readonly events: readonly NewEvent[]; readonly result: Result }
  | { readonly ok: false; readonly error: VegaError };

/** The state that a decision reads, without I/O. */
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

/** A command that is decided at the head of the log. */
export interface Command<Result> {
  /** What `decide` reads beside the crystal. */
  readonly reads: readonly (DocumentRef | MemoryIndexRef)[];
  /**
   * Pure. Called again on a newer view where another replica committed first.
   * @param now the clock of this process, ISO 8601. It is not the time of the entry, which is never earlier than the
   * entry before; it may be earlier than moments in documents, see clock.ts.
   * @param sequence of the first event of the decision, should it have any
   */
  readonly decide: (view: DecisionView, now: string, sequence: number) => Decision<Result>;
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
