import type { RequestContext } from "@vega/contracts";
import { audit } from "@vega/contracts";
import { expect, test } from "vitest";
import { createLoginRecorder } from "./login-recorder.ts";
import { storeOf } from "./testing/store.ts";

const ADA = "0194c0de-0000-4000-8000-000000000001";
const from = (address: string): RequestContext => ({ actor: { id: "anonymous", address } });

function given() {
  const clock = { now: 0 };
  const sent: { user_id: string | null; reason: string; count: number }[] = [];
  const store = storeOf({
    [audit.requests.note.subject]: ({ note }: { note: { data: (typeof sent)[number] } }) => {
      sent.push(note.data);
      return { sequence: 1 };
    },
  });
  const log = { warn: () => undefined } as never;
  return { clock, sent, notes: createLoginRecorder(store, () => clock.now, log) };
}

test("the first failure is recorded at once, further ones once a minute with a count", async () => {
  const { clock, sent, notes } = given();
  const wrong = { user_id: ADA, reason: "password" } as const;
  for (let n = 0; n < 30; n += 1) {
    notes.add(wrong, from(`1.1.1.${n}`));
    clock.now += 1_000;
    notes.sendDue();
  }
  expect(sent).toEqual([{ ...wrong, count: 1 }]);
  clock.now = 60_000;
  notes.sendDue();
  notes.sendDue();
  expect(sent.slice(1)).toEqual([{ ...wrong, count: 29 }]);
  clock.now = 200_000;
  notes.sendDue();
  notes.add(wrong, from("1.1.1.1"));
  await notes.sendAll();
  expect(sent.slice(2)).toEqual([{ ...wrong, count: 1 }]);
});

test("failures for unknown names are counted by address and reason", async () => {
  const { sent, notes } = given();
  const unknown = { user_id: null, reason: "unknown" } as const;
  notes.add(unknown, from("1.1.1.1"));
  notes.add(unknown, from("2.2.2.2"));
  notes.add({ ...unknown, reason: "throttled" }, from("2.2.2.2"));
  notes.add(unknown, from("2.2.2.2"));
  await notes.sendAll();
  expect(sent.map(({ reason, count }) => [reason, count])).toEqual([
    ["unknown", 1],
    ["unknown", 1],
    ["throttled", 1],
    ["unknown", 1],
  ]);
});

test("a count that could not be sent is added to the next entry", async () => {
  const clock = { now: 0, isDown: true };
  const counts: number[] = [];
  const store = storeOf({
    [audit.requests.note.subject]: ({ note }: { note: { data: { count: number } } }) => {
      if (clock.isDown) throw new Error("no reply");
      counts.push(note.data.count);
      return { sequence: 1 };
    },
  });
  const notes = createLoginRecorder(store, () => clock.now, { warn: () => undefined } as never);
  notes.add({ user_id: ADA, reason: "password" }, from("1.1.1.1"));
  notes.add({ user_id: ADA, reason: "password" }, from("1.1.1.1"));
  await notes.sendAll();
  clock.isDown = false;
  await notes.sendAll();
  expect(counts).toEqual([2]);
});

test("the memory is bounded for any number of addresses, and every failure is recorded", async () => {
  const { sent, notes } = given();
  for (let n = 0; n < 25_000; n += 1) {
    const context = from(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`);
    for (let twice = 0; twice < 2; twice += 1) {
      notes.add({ user_id: null, reason: "unknown" }, context);
    }
  }
  await notes.sendAll();
  expect(sent.reduce((sum, { count }) => sum + count, 0)).toBe(50_000);
});
