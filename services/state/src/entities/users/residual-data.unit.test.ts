import { apiKeys, memoryId, messageId, sessions, storedNamespace, users } from "@vega/contracts";
import { expect, test } from "vitest";
import { conversationRef, messageRef } from "../conversations/documents.ts";
import { apiKeyRef, preferencesRef, sessionRef, userRef } from "./documents.ts";
import { subjectOf } from "../../store/document-ref.ts";
import { uuid } from "./testing.ts";
import { hasOrigin, isOfErasure, subjectsOf } from "./residual-data.ts";

const [ada, bob] = [uuid(1), uuid(2)];

test("every entry about an account is found by its subject, and none about another", () => {
  const of = (userId: string) => [
    subjectOf(userRef(userId)),
    subjectOf(preferencesRef(userId)),
    subjectOf(sessionRef(userId, uuid(10))),
    subjectOf(apiKeyRef(userId, uuid(11))),
    subjectOf(conversationRef(userId, uuid(12))),
    subjectOf(messageRef(userId, messageId(uuid(12), 0))),
    `memory/${memoryId(storedNamespace(userId, "notes"), "a/b")}`,
    `memory_namespaces/${storedNamespace(userId, "notes")}`,
  ];
  const found = (subject: string) => subjectsOf(ada).some((start) => subject.startsWith(start));
  expect(of(ada).map(found)).toEqual(of(ada).map(() => true));
  expect([...of(bob), "memory/default/a", `memory/default/~${ada}~notes`].map(found)).toEqual(
    Array<boolean>(10).fill(false),
  );
});

test("events of the erasure are kept, other ends of sessions and keys are not", () => {
  const kept = (type: string, reason?: string) =>
    isOfErasure({ type, data: reason === undefined ? {} : { reason } });
  expect(kept(users.events.erased.type)).toBe(true);
  for (const type of [sessions.events.ended.type, apiKeys.events.revoked.type]) {
    expect(kept(type, "erased")).toBe(true);
    expect(kept(type, "expired")).toBe(false);
  }
  expect(kept("vega.user.changed.v1")).toBe(false);
});

test("an origin is an address or a user agent", () => {
  expect(hasOrigin({ context: { actor: { id: ada, address: "192.0.2.1" } } })).toBe(true);
  expect(hasOrigin({ context: { actor: { id: ada, user_agent: "a browser" } } })).toBe(true);
  expect(hasOrigin({ context: { actor: { id: ada } }, origin: {} })).toBe(true);
  expect(hasOrigin({ context: { actor: { id: ada } } })).toBe(false);
});
