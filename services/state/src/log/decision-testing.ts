import type { CollectionName, Crystal, DocumentOf } from "@vega/contracts";
import { changesOf } from "@vega/contracts";
import type { Command, MemoryIndex, NewEvent, DecisionView } from "./decision.ts";
import type { DocumentRef } from "../store/document-ref.ts";
import { freshCrystal } from "../entities/crystal/seed.ts";

/* given / when / then for decisions. */

export const NOW = "2026-01-31T12:00:00.000Z";

export function viewOf(
  crystal: Crystal = freshCrystal(NOW, 1),
  namespaces: Record<string, MemoryIndex> = {},
  documents: Readonly<Record<string, unknown>> = {},
): DecisionView {
  return {
    crystal: () => crystal,
    memoryIndex: (name) => namespaces[name] ?? { schema: null, keys: new Map() },
    get: <Name extends CollectionName>({ collection, id }: DocumentRef<Name>) =>
      documents[`${collection}/${id}`] as DocumentOf<Name> | undefined,
  };
}

/** Decides and gives what was accepted; fails the test where it was refused. */
export function accepted<Result>(command: Command<Result>, view: DecisionView, now = NOW) {
  const decision = command.decide(view, now);
  if (!decision.ok) throw decision.error;
  return decision;
}

/** Decides and gives the error; fails the test where it was accepted. */
export function refused(command: Command<unknown>, view: DecisionView, now = NOW) {
  const decision = command.decide(view, now);
  if (decision.ok) throw new Error("was accepted");
  return decision.error;
}

/** The documents that events lead to. */
export const changesFrom = (events: readonly NewEvent[]) => events.flatMap(changesOf);
