import { expect, test } from "vitest";
import { SESSION_GAP_MS } from "./sessions.ts";
import type { Visitor } from "./visitors.ts";
import { createVisitors, MAX_VISITORS } from "./visitors.ts";

const SALT = Buffer.alloc(32, 1);
const OTHER = Buffer.alloc(32, 2);

/** A request from an address, without a proxy or through one. */
const by = (ip: string, agent = "a", forwarded?: string) => ({
  ip,
  headers: {
    "user-agent": agent,
    ...(forwarded !== undefined && { "x-forwarded-for": forwarded }),
  },
  socket: { remoteAddress: forwarded === undefined ? ip : "192.0.2.254" },
});

const settled = (visitor: Visitor) => {
  visitor.activity = undefined;
  visitor.inFlight = undefined;
  return visitor;
};

test("the digest depends on address, user agent and salt", () => {
  const visitors = createVisitors();
  visitors.note(by("192.0.2.1", "a"), 1, 0, 0);
  visitors.note(by("192.0.2.1", "b"), 1, 0, 0);
  visitors.note(by("192.0.2.2", "a"), 1, 0, 0);
  visitors.note(by("192.0.2.1", "a"), 1, 10, 10);
  const pending = visitors.digested(SALT);
  expect(pending).toHaveLength(3);
  expect(new Set(pending.map(({ digest }) => digest)).size).toBe(3);
  expect(pending[0]).toMatchObject({
    digest: expect.stringMatching(/^[\w-]{22}$/),
    activity: { first: 0, last: 10, views: 2 },
  });
  const again = createVisitors();
  again.note(by("192.0.2.1", "a"), 1, 0, 0);
  expect(again.digested(OTHER)[0]?.digest).not.toBe(pending[0]?.digest);
});

test("another salt gives known visitors another digest, and keeps their session", () => {
  const visitors = createVisitors();
  visitors.note(by("192.0.2.1", "a"), 1, 0, 0);
  const [visitor] = visitors.digested(SALT);
  if (!visitor) throw new Error("no visitor");
  const before = visitor.digest;
  visitor.known = { session: { start: 0, last: 0, views: 1 }, revision: 7 };
  visitors.settle(settled(visitor));
  visitors.note(by("192.0.2.1", "a"), 1, 5, 5);
  expect(visitors.digested(OTHER)).toEqual([visitor]);
  expect(visitor.digest).not.toBe(before);
  expect(visitor.known.session.views).toBe(1);
});

test("50,000 addresses take bounded memory, and visitors are known again after a pause", () => {
  const visitors = createVisitors();
  let refused = 0;
  for (let n = 0; n < 50_000; n += 1) {
    const address = `198.51.${n >> 8}.${n & 255}`;
    if (!visitors.note(by(address, "a"), 1, 0, 0)) refused += 1;
  }
  expect(refused).toBe(50_000 - MAX_VISITORS);
  const pending = visitors.digested(SALT);
  expect(pending).toHaveLength(MAX_VISITORS);
  for (const visitor of pending) visitors.settle(settled(visitor));
  visitors.forgetIdle(0);
  expect(visitors.hasPending()).toBe(false);
  expect(visitors.note(by("192.0.2.1", "a"), 1, 0, 0)).toBe(true);
});

test("addresses without requests for 30 minutes are forgotten", () => {
  const visitors = createVisitors();
  visitors.note(by("192.0.2.1", "a"), 1, 0, 0);
  const [first] = visitors.digested(SALT);
  if (first) visitors.settle(settled(first));
  visitors.forgetIdle(SESSION_GAP_MS);
  visitors.note(by("192.0.2.1", "a"), 1, 0, 0);
  expect(visitors.digested(SALT)[0]).toBe(first);
  if (first) visitors.settle(settled(first));
  visitors.forgetIdle(SESSION_GAP_MS + 1);
  visitors.note(by("192.0.2.1", "a"), 1, 0, 0);
  expect(visitors.digested(SALT)[0]).not.toBe(first);
});

test("at midnight nothing is left of an address but the digest of what is pending", () => {
  const visitors = createVisitors();
  visitors.note(by("192.0.2.1", "a"), 1, 0, 0);
  visitors.forgetAddresses(SALT);
  const [visitor] = visitors.digested(OTHER);
  expect(visitor?.digest).toMatch(/^[\w-]{22}$/);
  const before = visitor?.digest;
  visitors.digested(SALT);
  expect(visitor?.digest).toBe(before);
});

test("the client of a proxy is told by the address that follows from its headers", () => {
  const visitors = createVisitors();
  const list = "192.0.2.9, ".repeat(20);
  visitors.note(by("192.0.2.1", "a", "192.0.2.1"), 1, 0, 0);
  visitors.note(by("192.0.2.1", "a", "192.0.2.1"), 1, 0, 0);
  visitors.note(by("192.0.2.2", "a", "192.0.2.2"), 1, 0, 0);
  visitors.note(by("192.0.2.3", "a", `${list}192.0.2.3`), 1, 0, 0);
  visitors.note(by("192.0.2.4", "a", `${list}192.0.2.4`), 1, 0, 0);
  visitors.note(by("192.0.2.1"), 1, 0, 0);
  const pending = visitors.digested(SALT);
  expect(pending.map(({ activity }) => activity?.views)).toEqual([2, 1, 1, 1, 1]);
  // The same address with and without a proxy has one digest.
  expect(new Set(pending.map(({ digest }) => digest)).size).toBe(4);
  expect(pending[4]?.digest).toBe(pending[0]?.digest);
});

test("a connection that a proxy shares among clients tells them apart", () => {
  const visitors = createVisitors();
  const socket = { remoteAddress: "192.0.2.254" };
  const through = (forwarded: string, agent: string) => ({
    ...by(forwarded, agent, forwarded),
    socket,
  });
  for (const address of ["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.1"]) {
    visitors.note(through(address, "a"), 1, 0, 0);
    visitors.note(through(address, "b"), 1, 0, 0);
  }
  const views = visitors.digested(SALT).map(({ activity }) => activity?.views);
  expect(views).toEqual([3, 3, 1, 1]);
});

test("a forgotten visitor of an open connection is noted under its address again", () => {
  const visitors = createVisitors();
  const request = by("192.0.2.1");
  visitors.note(request, 1, 0, 0);
  const [first] = visitors.digested(SALT);
  const digest = first?.digest;
  if (first) visitors.settle(settled(first));
  visitors.forgetIdle(SESSION_GAP_MS + 1);
  visitors.note(request, 1, 0, 0);
  const [again] = visitors.digested(SALT);
  expect(again).not.toBe(first);
  expect(again?.digest).toBe(digest);
});
