import type {
  CollectionName,
  Crystal,
  DocumentOf,
  ErrorCode,
  ErrorDetail,
  JsonObject,
} from "@vega/contracts";
import { applyChanges, changesOf, crystalChanges, crystalFromDocuments } from "@vega/contracts";
import { expect } from "vitest";
import { freshCrystal } from "../entities/crystal/seed.ts";
import type { DocumentRef } from "../store/document-ref.ts";
import type { Change } from "../store/store.ts";
import type { Command, DecisionView, MemoryIndex, NewEvent } from "./decision.ts";

/* given / when / then for decisions. */

export const NOW = "2026-01-31T12:00:00.000Z";
/** The sequence of the first event of each decision. */
export const SEQUENCE = 42;

export interface Given {
  /** Default: that of a new installation. */
  readonly crystal?: Crystal;
  /** Applied in this order. */
  readonly documents?: readonly Change[];
  readonly events?: readonly NewEvent[];
}

/** The members of an event that a test compares. */
export interface ExpectedEvent {
  readonly type?: string;
  readonly subject?: string;
  readonly data?: object;
  readonly erases?: readonly number[];
  readonly erases_origin?: readonly number[];
}

/** `given(state).when(command).thenEvents([…])`, or `.thenError(code)`. */
export function given(before: Given = {}) {
  const state = inMemoryState(before);
  return {
    when<Result>(command: Command<Result>, now = NOW) {
      const decision = state.decide(command, now);
      /** Fails the test where the command was refused. */
      const accepted = () => {
        if (!decision.ok) throw decision.error;
        return decision;
      };
      /** Fails the test where the command was accepted. */
      const refused = () => {
        if (decision.ok) throw new Error("the command was accepted");
        return decision.error;
      };
      return {
        accepted,
        refused,
        thenEvents(expected: readonly ExpectedEvent[]): void {
          expect(accepted().events).toMatchObject(expected);
        },
        thenError(code: ErrorCode, details?: readonly ErrorDetail[]): void {
          expect(refused().code).toBe(code);
          if (details) expect(refused().details).toEqual(details);
        },
      };
    },
  };
}

/** Documents that commands change as the writer does. A command can read only what it lists in `reads`. */
export function inMemoryState({
  crystal = freshCrystal(NOW, 1),
  documents: initial = [],
  events = [],
}: Given = {}) {
  const documents: Record<string, JsonObject> = {};
  const ofCrystal = applyChanges(new Map(), crystalChanges(crystal));

  const apply = (changes: readonly Change[]) => {
    applyChanges(ofCrystal, changes);
    for (const { collection, id, body } of changes) {
      if (body === null) delete documents[`${collection}/${id}`];
      else documents[`${collection}/${id}`] = structuredClone(body);
    }
  };
  const document = <Name extends CollectionName>({ collection, id }: DocumentRef<Name>) =>
    documents[`${collection}/${id}`] as DocumentOf<Name> | undefined;

  const indexOf = (namespace: string): MemoryIndex => {
    const prefix = `memory/${namespace}/`;
    const ids = Object.keys(documents).filter((key) => key.startsWith(prefix));
    const entries = ids.map((id) => [id.slice(prefix.length), documents[id]] as const);
    return {
      schema: document({ collection: "memory_namespaces", id: namespace })?.schema ?? null,
      keys: new Map(entries.map(([key, body]) => [key, body as DocumentOf<"memory">])),
    };
  };

  const viewOf = ({ reads }: Command<unknown>): DecisionView => {
    const listed = new Set(
      reads.map((ref) => ("namespace" in ref ? ref.namespace : `${ref.collection}/${ref.id}`)),
    );
    const require = (key: string) => {
      if (!listed.has(key)) throw new Error(`the command does not list ${key} in its reads`);
    };
    return {
      crystal: () => crystalFromDocuments(ofCrystal),
      memoryIndex(namespace) {
        require(namespace);
        return indexOf(namespace);
      },
      get(ref) {
        require(`${ref.collection}/${ref.id}`);
        return document(ref);
      },
    };
  };

  apply([...initial, ...changesWithSides(events)]);
  return {
    /** Documents by `<collection>/<id>`. */
    documents,
    document,
    crystal: () => crystalFromDocuments(ofCrystal),
    /** Fails the test where the document is missing. */
    stored<Name extends CollectionName>(ref: DocumentRef<Name>): DocumentOf<Name> {
      const found = document(ref);
      if (found === undefined) throw new Error(`${ref.collection}/${ref.id} is missing`);
      return found;
    },
    /** Ids of a collection's documents. */
    ids: (collection: string) =>
      Object.keys(documents)
        .filter((key) => key.startsWith(`${collection}/`))
        .map((key) => key.slice(collection.length + 1)),
    /** Decides without a change of the state. */
    decide: <Result>(command: Command<Result>, now = NOW) =>
      command.decide(viewOf(command), now, SEQUENCE),
    /** Decides, and applies the changes of the events. */
    run<Result>(command: Command<Result>, now = NOW) {
      const decision = command.decide(viewOf(command), now, SEQUENCE);
      if (!decision.ok) return { error: decision.error.code, events: [], result: undefined };
      apply(changesWithSides(decision.events));
      return { error: undefined, events: decision.events, result: decision.result };
    },
    apply,
  };
}

/** The changes that follow from the data of events. */
export const changesFrom = (events: readonly NewEvent[]) => events.flatMap(changesOf);

const changesWithSides = (events: readonly NewEvent[]): Change[] =>
  events.flatMap((event) => [...changesOf(event), ...event.sideChanges]);
