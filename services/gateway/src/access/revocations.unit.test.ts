import { apiKeys, sessions, users } from "@vega/contracts";
import { expect, test } from "vitest";
import { createRevocations, REMEMBERED_MS } from "./revocations.ts";

const USER = "7b1f6f0a-3c1e-4a5e-9d53-2f4a1f0f9a11";
const SESSION = "0d1c9a52-6b9b-4e0f-8f3f-5f0f7a6d2c33";
const TIME = "2026-01-31T12:00:00.000Z";
const ended = (id: string, time = TIME) => ({
  type: sessions.events.ended.type,
  time,
  data: { session_id: id, user_id: USER, reason: "logout" },
});

test("an ended session is revoked, other sessions are not", () => {
  const revocations = createRevocations(() => Date.parse(TIME));
  revocations.apply(ended(SESSION));
  expect(revocations.sessionEnded(SESSION)).toBe(true);
  expect(revocations.sessionEnded(USER)).toBe(false);
  expect(revocations.standing(USER)).toBeUndefined();
});

test("the last change of an account counts, and its erasure", () => {
  const revocations = createRevocations(() => Date.parse(TIME));
  const change = (role: string, disabled: boolean) =>
    revocations.apply({
      type: users.events.changed.type,
      time: TIME,
      data: { user_id: USER, changed: ["role"], role, disabled },
    });
  change("admin", true);
  change("viewer", false);
  expect(revocations.standing(USER)).toMatchObject({ role: "viewer", disabled: false });
  revocations.apply({
    type: users.events.erased.type,
    time: TIME,
    data: { user_id: USER, erased: [3] },
  });
  expect(revocations.standing(USER)?.disabled).toBe(true);
});

test("caches of an account are invalidated", () => {
  const revocations = createRevocations(() => Date.parse(TIME));
  const told: string[] = [];
  revocations.onChange((userId) => told.push(userId));
  const data = { key_id: SESSION, user_id: USER, reason: "revoked" };
  revocations.apply({ type: apiKeys.events.revoked.type, time: TIME, data });
  revocations.apply({ type: "vega.agent.changed.v1", time: TIME, data });
  expect(told).toEqual([USER]);
});

test("an erased entry and one of another version are ignored", () => {
  const revocations = createRevocations(() => Date.parse(TIME));
  revocations.apply({ type: sessions.events.ended.type, time: TIME, data: null });
  revocations.apply({ type: sessions.events.ended.type, time: TIME, data: { session_id: 7 } });
  expect(revocations.sessionEnded(SESSION)).toBe(false);
});

test("revocations older than any token are dropped", () => {
  let now = Date.parse(TIME);
  const revocations = createRevocations(() => now);
  revocations.apply(ended(SESSION));
  now += REMEMBERED_MS + 1;
  for (let n = 0; n < 1_000; n += 1) {
    revocations.apply(ended(`other-${n}`.padEnd(36, "0"), new Date(now).toISOString()));
    revocations.apply(ended(crypto.randomUUID(), new Date(now).toISOString()));
  }
  expect(revocations.sessionEnded(SESSION)).toBe(false);
});
