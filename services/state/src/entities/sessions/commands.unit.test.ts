import fc from "fast-check";
import { expect, test } from "vitest";
import { NOW } from "../../log/decision-testing.ts";
import { decideSweepExpired } from "../users/expiry.ts";
import {
  decideEndSessions,
  MAX_SESSIONS,
  decideOpenSession,
  decideRotateSession,
} from "./commands.ts";
import { accountsInMemory, hashOf, LATER, uuid } from "../users/testing.ts";
import { decideChangeUser } from "../users/commands.ts";

const ada = uuid(1);
const sessionId = (n: number) => uuid(100 + n);

const open = (n: number, expires_at = LATER) =>
  decideOpenSession({
    session: {
      id: sessionId(n),
      user_id: ada,
      expires_at,
      address: "192.0.2.1",
      user_agent: null,
      family_hash: hashOf(`family ${n}`),
      refresh_hash: hashOf(`${n} 0`),
    },
    if_password_of: NOW,
  });

const rotate = (n: number, secret: string, next: string, family = `family ${n}`) =>
  decideRotateSession({
    user_id: ada,
    session_id: sessionId(n),
    family_hash: hashOf(family),
    refresh_hash: hashOf(secret),
    next_refresh_hash: hashOf(next),
  });

function withAda() {
  const accounts = accountsInMemory();
  accounts.create(ada, "ada");
  return accounts;
}

const use = fc.record({
  session: fc.nat(1),
  token: fc.constantFrom("current", "old", "foreign secret", "foreign family"),
  back: fc.nat(5),
});

test("one token of a session is good at a time; one used again ends the session, and nothing else does", () => {
  fc.assert(
    fc.property(fc.array(use, { maxLength: 40 }), (uses) => {
      const accounts = withAda();
      const sessions = [0, 1].map((n) => ({ n, issued: [`${n} 0`], live: true }));
      for (const { n } of sessions) accounts.run(open(n));
      for (const { session, token, back } of uses) {
        const one = sessions[session];
        if (!one) continue;
        const { n, issued } = one;
        const current = issued.at(-1) ?? "";
        const old = issued.at(-2 - back);
        const secret = token === "foreign secret" ? "x" : token === "old" ? (old ?? "y") : current;
        const family = token === "foreign family" ? "another family" : `family ${n}`;
        const next = `${n} ${issued.length}`;
        const { result, events } = accounts.run(rotate(n, secret, next, family));
        const right =
          token === "current" ? "rotated" : token === "foreign family" ? "unknown" : "reused";
        expect(result?.kind).toBe(one.live ? right : "unknown");
        if (result?.kind === "unknown") expect(events).toEqual([]);
        if (result?.kind === "rotated") issued.push(next);
        if (result?.kind === "reused") {
          one.live = false;
          expect(events[0]?.data).toMatchObject({ session_id: sessionId(n), reason: "reuse" });
        }
        const there = accounts.ids("sessions");
        const kept = sessions.filter(({ live }) => live);
        expect(there).toEqual(kept.map((living) => `${ada}/${sessionId(living.n)}`));
        expect(accounts.documents[`account_index/${ada}`]?.["sessions"]).toEqual(
          kept.map((living) => sessionId(living.n)),
        );
        for (const living of kept) {
          expect(accounts.documents[`sessions/${ada}/${sessionId(living.n)}`]).toMatchObject({
            refresh_hash: hashOf(living.issued.at(-1) ?? ""),
            generation: living.issued.length - 1,
          });
        }
      }
    }),
  );
});

test("a session that is over, or whose owner is disabled, is unknown, even to an old token", () => {
  const accounts = withAda();
  accounts.run(open(0, "2026-02-01T00:00:00Z"));
  accounts.run(rotate(0, "0 0", "0 1"));
  const over = "2026-02-01T00:00:00.000Z";
  for (const secret of ["0 0", "0 1"]) {
    expect(accounts.run(rotate(0, secret, "0 2"), over).result).toEqual({ kind: "unknown" });
  }
  accounts.run(open(1));
  const user = accounts.documents[`users/${ada}`];
  accounts.documents[`users/${ada}`] = { ...user, disabled: true };
  expect(accounts.run(rotate(1, "1 0", "1 1")).result).toEqual({ kind: "unknown" });
});

test("sessions are ended by name, or all but one, and counted", () => {
  const accounts = withAda();
  for (const n of [0, 1, 2, 3]) accounts.run(open(n));
  const end = (what: { session_ids?: string[]; except?: string }) =>
    accounts.run(decideEndSessions({ user_id: ada, reason: "logout", ...what }));
  expect(end({ session_ids: [sessionId(1), sessionId(9)] }).result).toEqual({ ended: 1 });
  expect(end({ session_ids: [sessionId(1)] })).toMatchObject({ result: { ended: 0 }, events: [] });
  expect(end({ except: sessionId(2) }).result).toEqual({ ended: 2 });
  expect(accounts.ids("sessions")).toEqual([`${ada}/${sessionId(2)}`]);
  expect(end({}).result).toEqual({ ended: 1 });
  expect(accounts.documents[`account_index/${ada}`]).toMatchObject({ sessions: [] });
});

test("beyond the most that may be open the oldest session ends", () => {
  const accounts = withAda();
  for (let n = 0; n < MAX_SESSIONS; n += 1) expect(accounts.run(open(n)).events).toHaveLength(1);
  const { events } = accounts.run(open(MAX_SESSIONS));
  expect(events[0]?.data).toEqual({ session_id: sessionId(0), user_id: ada, reason: "ended" });
  expect(accounts.ids("sessions")).toHaveLength(MAX_SESSIONS);
  expect(accounts.ids("sessions")).not.toContain(`${ada}/${sessionId(0)}`);
});

test("a sweep removes only what is over at its turn", () => {
  const accounts = withAda();
  accounts.run(open(0, "2026-02-01T00:00:00.000Z"));
  accounts.run(open(1));
  const proposed = [0, 1, 2].map((n) => ({ user_id: ada, id: sessionId(n) }));
  const sweep = () => decideSweepExpired({ sessions: proposed, apiKeys: [], tokens: [] });
  expect(accounts.run(sweep()).events).toEqual([]);
  const { events, result } = accounts.run(sweep(), "2026-02-01T00:00:00.000Z");
  expect(result).toEqual({ removed: 1 });
  expect(events.map(({ data }) => data["reason"])).toEqual(["expired"]);
  expect(accounts.ids("sessions")).toEqual([`${ada}/${sessionId(1)}`]);
  expect(accounts.documents[`account_index/${ada}`]).toMatchObject({ sessions: [sessionId(1)] });
});

test("a change of role ends no session", () => {
  const accounts = withAda();
  accounts.run(open(0));
  accounts.run(decideChangeUser({ id: ada, role: "viewer" }));
  expect(accounts.ids("sessions")).toHaveLength(1);
});
