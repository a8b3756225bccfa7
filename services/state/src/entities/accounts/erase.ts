import { memoryId, readNamespace, users } from "@vega/contracts";
import type { MessageLease, UsageHold } from "../../store/collections.ts";
import type { Change } from "../../store/store.ts";
import {
  answerKeyRef,
  conversationRef,
  readConversation,
  removeConversation,
} from "../conversations/documents.ts";
import { dropUnderWay, underWayRefs } from "../conversations/under-way.ts";
import { after } from "../../log/view-after.ts";
import { budgetRef, usageDayRef, usagePlaceRef } from "../usage/documents.ts";
import { dropHolds, holdRefs } from "../usage/holds.ts";
import type { Command, View } from "../../log/decision.ts";
import { accept, event, memoryIndex, refuse } from "../../log/decision.ts";
import {
  distillingRef,
  emailRef,
  indexRef,
  NO_ACCOUNT,
  preferencesRef,
  readIndex,
  readUser,
  tokenRef,
  usernameRef,
  userRef,
} from "./documents.ts";
import { documentRef, remove, subjectOf } from "../../store/document-ref.ts";
import { ADMINS, ERASING, factChange, idsOf, isLastAdmin, LAST_ADMIN } from "./indexes.ts";
import { endSession, revokeKey } from "./owned-records.ts";

/** One step of an erasure: what an account left behind may be more than one commit should hold. */
export interface Erasure {
  readonly userId: string;
  /** Stored namespaces of the account to be emptied. */
  readonly namespaces: readonly string[];
  /** Ids of conversations of the account to be removed. */
  readonly conversations: readonly string[];
  /** Digests of idempotency keys of the account to be removed. */
  readonly answerKeys: readonly string[];
  /** Of answers under way of the account. */
  readonly leases: readonly MessageLease[];
  /** Of other calls under way. */
  readonly holds: readonly UsageHold[];
  /** Days of which there are rollups of the account. */
  readonly usageDays: readonly string[];
  /** Sequences of entries about the account: their content goes. */
  readonly about: readonly number[];
  /** Sequences of entries that the account caused and the crystal needs: only their origin goes. */
  readonly by: readonly number[];
  /** Nothing more is known to be left. Until such a step the account is remembered as one to be erased. */
  readonly last: boolean;
}

/**
 * Erases an account with the first step, and what else is left of it with each. The events that tell of it stay in the
 * log: gateways must hear of them, and they name nobody but by an id that then means nothing.
 */
export function decideEraseUser(step: Erasure): Command<null> {
  const { userId, namespaces, conversations, answerKeys, about, by, last } = step;
  const { leases, holds, usageDays } = step;
  const strange = namespaces.find((name) => readNamespace(name).owner !== userId);
  if (strange !== undefined) throw new Error(`${strange} is no namespace of this account`);
  return {
    reads: [
      ...namespaces.map((name) => memoryIndex(name)),
      userRef(userId),
      indexRef(userId),
      preferencesRef(userId),
      ADMINS,
      ERASING,
      ...conversations.map((id) => conversationRef(userId, id)),
      ...underWayRefs(leases),
      ...holdRefs(holds),
    ],
    decide(view) {
      const dropped = dropUnderWay(view, leases, true);
      const known = readUser(view, userId) ?? idsOf(view, ERASING).includes(userId);
      const found = [namespaces, conversations, answerKeys, leases, holds, usageDays, about, by];
      if (!known && found.every(({ length }) => length === 0)) {
        return refuse("not_found", NO_ACCOUNT);
      }
      if (isLastAdmin(view, userId)) return refuse("conflict", LAST_ADMIN);
      const index = readIndex(view, userId);
      const data = { user_id: userId, erased: [...about] };
      const erased = event(users.events.erased, subjectOf(userRef(userId)), data, [
        ...accountChanges(view, userId),
        ...namespaces.flatMap((name) => memoryChanges(view, name)),
        ...conversations.flatMap((id) => {
          const conversation = readConversation(view, userId, id);
          return conversation ? removeConversation(conversation) : [];
        }),
        ...answerKeys.map((key) => remove(answerKeyRef(userId, key))),
        ...dropped,
        ...dropHolds(after(view, dropped), holds),
        ...usageDays.flatMap((day) => [
          remove(usageDayRef(userId, day)),
          remove(usagePlaceRef(day, userId)),
        ]),
        ...factChange(view, ERASING, userId, !last),
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

function accountChanges(view: View, userId: string): Change[] {
  const user = readUser(view, userId);
  if (!user) return [];
  const { password_reset } = readIndex(view, userId);
  return [
    remove(userRef(userId)),
    remove(budgetRef("user", userId)),
    remove(usernameRef(user.username)),
    ...(user.email === null ? [] : [remove(emailRef(user.email))]),
    ...(password_reset === null ? [] : [remove(tokenRef(password_reset))]),
    remove(preferencesRef(userId)),
    remove(distillingRef(userId)),
    remove(indexRef(userId)),
    ...factChange(view, ADMINS, userId, false),
  ];
}

function memoryChanges(view: View, namespace: string): Change[] {
  const keys = [...view.memoryIndex(namespace).keys.keys()];
  return [
    ...keys.map((key) => remove(documentRef("memory", memoryId(namespace, key)))),
    remove(documentRef("memory_namespaces", namespace)),
  ];
}
