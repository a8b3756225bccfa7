import { expect, test } from "vitest";
import type { Activity, Session } from "./sessions.ts";
import { advance, ENGAGED_MS, NO_GAINS, SESSION_GAP_MS, sumOfGains } from "./sessions.ts";

const view = (first: number, last = first, views = 1): Activity => ({ first, last, views });

/** The sum of what a visitor's activities add, in their order. */
function afterAll(activities: readonly Activity[]) {
  let session: Session | undefined;
  let gains = NO_GAINS;
  for (const activity of activities) {
    const next = advance(session, activity);
    if (!next) continue;
    ({ session } = next);
    gains = sumOfGains(gains, next.gains);
  }
  return gains;
}

test("a single view is a session that bounced", () => {
  expect(afterAll([view(0)])).toEqual({ visitors: 1, sessions: 1, bounced: 1, session_ms: 0 });
});

test("a second view takes the bounce back and adds the time between", () => {
  expect(afterAll([view(0), view(5_000), view(9_000)])).toEqual({
    visitors: 1,
    sessions: 1,
    bounced: 0,
    session_ms: 9_000,
  });
});

test("a page that stays open for 10 s did not bounce", () => {
  const open = (last: number) => afterAll([view(0), view(100, last, 0)]);
  expect(open(ENGAGED_MS - 1)).toMatchObject({ bounced: 1, session_ms: ENGAGED_MS - 1 });
  expect(open(ENGAGED_MS)).toMatchObject({ bounced: 0, session_ms: ENGAGED_MS });
});

test("30 minutes without a request end a session", () => {
  expect(afterAll([view(0), view(SESSION_GAP_MS)])).toMatchObject({ visitors: 1, sessions: 1 });
  expect(afterAll([view(0), view(SESSION_GAP_MS + 1)])).toEqual({
    visitors: 1,
    sessions: 2,
    bounced: 2,
    session_ms: 0,
  });
});

test("requests of a page begin no session: neither of an unknown visitor nor after the end", () => {
  expect(afterAll([view(0, 0, 0)])).toEqual(NO_GAINS);
  const late = SESSION_GAP_MS + 1;
  expect(afterAll([view(0), view(late, late + 60_000, 0)])).toMatchObject({
    sessions: 1,
    session_ms: 0,
  });
});

test("a request that ran since the last view goes on with the session, however long it took", () => {
  const hours = 3 * 3_600_000;
  expect(afterAll([view(0), view(1_000, hours, 0)])).toMatchObject({
    sessions: 1,
    bounced: 0,
    session_ms: hours,
  });
});

test("activities that two gateways report out of order add no negative time", () => {
  expect(afterAll([view(5_000, 8_000, 2), view(0, 6_000, 2)])).toMatchObject({
    sessions: 1,
    session_ms: 3_000,
  });
});
