import type { DocumentKey, JsonObject } from "@vega/contracts";
import { isOwnedBy, namesOwned, ownedThroughDocument, users } from "@vega/contracts";
import type { Command, DecisionView } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import { remove, subjectOf } from "../../store/document-ref.ts";
import { after } from "../../log/view-after.ts";
import type { MessageLease, UsageHold } from "../../store/collections.ts";
import type { Change } from "../../store/store.ts";
import { dropPendingMessages, pendingMessageRefs } from "../messages/pending.ts";
import { dropHolds, holdRefs } from "../usage/holds.ts";
import { indexRef, NO_ACCOUNT, readIndex, readUser, userRef } from "./documents.ts";
import { ADMINS, ERASING, indexChange, idsOf, isLastAdmin, LAST_ADMIN } from "./indexes.ts";
import { endSession, revokeKey } from "./owned-records.ts";

/** One step of an erasure: an account may have more documents and entries than one commit should hold. */
export interface Erasure {
  readonly userId: string;
  /** Documents of the account to remove, beside its user and index. */
  readonly documents: readonly DocumentKey[];
  /** Of messages that a model is answering. */
  readonly leases: readonly MessageLease[];
  /** Of other calls under way. */
  readonly holds: readonly UsageHold[];
  /** Sequences of entries about the account: their content is erased. */
  readonly about: readonly number[];
  /** Sequences of entries that the account caused and others need: only their origin is erased. */
  readonly by: readonly number[];
  /** No more residual data is known. Until such a step the account stays in the list of erasures under way. */
  readonly last: boolean;
}

/**
 * Erases an account with the first step, and more of its residual data with each. The events of the erasure stay in
 * the log: gateways act on them, and they have nothing but an id that no longer leads anywhere.
 */
export function decideEraseUser(step: Erasure): Command<null> {
  const { userId, leases, holds, about, by, last } = step;
  const documents = [userRef(userId), indexRef(userId), ...step.documents];
  const foreign = documents.find((key) => !isOwnedBy(userId, key));
  if (foreign) throw new Error(`${subjectOf(foreign)} is not a document of this account`);
  return {
    reads: [
      ADMINS,
      ERASING,
      ...documents.filter(({ collection }) => namesOwned(collection)),
      ...pendingMessageRefs(leases),
      ...holdRefs(holds),
    ],
    decide(view) {
      const known = readUser(view, userId) ?? idsOf(view, ERASING).includes(userId);
      const found = [step.documents, leases, holds, about, by];
      if (!known && found.every(({ length }) => length === 0)) {
        return refuse("not_found", NO_ACCOUNT);
      }
      if (isLastAdmin(view, userId)) return refuse("conflict", LAST_ADMIN);
      const dropped = dropPendingMessages(view, leases, true);
      const index = readIndex(view, userId);
      const data = { user_id: userId, erased: [...about] };
      const erased = event(users.events.erased, subjectOf(userRef(userId)), data, [
        ...dropped,
        ...dropHolds(after(view, dropped), holds),
        ...documents.flatMap((key) => removeWithNamed(view, key)),
        ...indexChange(view, ADMINS, userId, false),
        ...indexChange(view, ERASING, userId, !last),
      ]);
      return accept(
        [
          ...index.sessions.map((id) => endSession(userId, id, "erased")),
          ...index.api_keys.map((id) => revokeKey(userId, id, "erased")),
          { ...erased, erases: about, erases_origin: by },
        ],
        null,
      );
    },
  };
}

/** Removes a document, and those of other collections that it names as the account's, as it stands now. */
function removeWithNamed(view: DecisionView, key: DocumentKey): Change[] {
  const body = namesOwned(key.collection) ? view.get(key) : undefined;
  const named = body
    ? ownedThroughDocument(key.collection, { id: key.id, body: body as JsonObject })
    : [];
  return [...named.map(remove), remove(key)];
}
