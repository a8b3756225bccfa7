import type { Message } from "@vega/contracts";
import { messages, timeAfter } from "@vega/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { idempotencyKeyRef } from "../conversations/documents.ts";
import { NOW } from "../../log/decision-testing.ts";
import { ADA, conversationsInMemory, LIMITS, outcome, says } from "../conversations/testing.ts";

const after = (seconds: number) => timeAfter(NOW, seconds * 1_000);

function answering() {
  const world = conversationsInMemory();
  const id = world.start([says("hello")]).result?.message.id ?? "";
  return { ...world, id };
}

test("progress is stored part by part; a repeated part changes nothing", () => {
  const { progress, message, id } = answering();
  expect(progress(id, 0, "one ").result?.text_length).toBe(4);
  expect(progress(id, 0, "one two").result?.text_length).toBe(7);
  expect(progress(id, 0, "one").result?.text_length).toBe(7);
  expect(progress(id, 9, "gap").error).toBe("conflict");
  expect(progress(id, 4, "other").error).toBe("conflict");
  expect(message(id)).toMatchObject({ status: "streaming", content: "one two" });
});

test("no entry says a word of what was said", () => {
  const { start, progress, finish } = conversationsInMemory();
  const started = start([says("a secret question")]);
  const id = started.result?.message.id ?? "";
  const told = [
    ...started.events,
    ...progress(id, 0, "a secret answer").events,
    ...finish(id, outcome({ status: "complete", content: "a secret answer, whole" })).events,
  ];
  expect(told.map(({ type }) => type)).toContain(messages.events.progressed.type);
  expect(told.map(({ type }) => type)).toContain(messages.events.completed.type);
  expect(JSON.stringify(told.map(({ subject, data }) => ({ subject, data })))).not.toContain(
    "secret",
  );
});

test("the end brings what the caller knows, and takes the lease away", () => {
  const { finish, message, ids, id } = answering();
  expect(ids("message_leases")).toHaveLength(1);
  const usage = { prompt_tokens: 3, completion_tokens: 5 };
  const end = outcome({ status: "complete", content: "whole", usage, cost_usd: 0.01, model: "n" });
  const { events, result } = finish(id, end);
  expect(events).toMatchObject([{ data: { status: "complete", usage, cost_usd: 0.01 } }]);
  expect(result).toEqual(message(id));
  expect(message(id)).toMatchObject({ content: "whole", model: "n", provider: "p", usage });
  expect(ids("message_leases")).toEqual([]);
});

test("a repeated end has no effect, and another end does not replace it", () => {
  const { finish, message, id } = answering();
  const end = outcome({ status: "complete", content: "whole" });
  finish(id, end);
  expect(finish(id, end)).toMatchObject({ error: undefined, events: [] });
  expect(finish(id, outcome({ status: "failed" })).error).toBe("conflict");
  expect(message(id)).toMatchObject({ status: "complete", content: "whole" });
});

test("a complete answer says its content; one that is not keeps what had arrived", () => {
  const { progress, finish, message, id } = answering();
  progress(id, 0, "half");
  expect(finish(id, outcome({ status: "complete" })).error).toBe("invalid");
  finish(id, outcome({ status: "cancelled" }));
  expect(message(id)).toMatchObject({ status: "cancelled", content: "half" });
});

test("without a sign of life it is truncated when the lease is over, and not before", () => {
  const { progress, sweep, message, id } = answering();
  progress(id, 0, "half", after(20));
  expect(sweep(id, after(49)).result).toEqual({ truncated: 0 });
  expect(sweep(id, after(50)).result).toEqual({ truncated: 1 });
  expect(message(id)).toMatchObject({
    status: "truncated",
    content: "half",
    error: { kind: "lost" },
  });
  expect(progress(id, 4, " more", after(51)).error).toBe("conflict");
});

test("too much is refused and changes nothing", () => {
  const { progress, finish, message, id } = answering();
  const much = "x".repeat(LIMITS.messageBytes);
  expect(progress(id, 0, much).error).toBe("too_large");
  expect(finish(id, outcome({ status: "complete", content: much })).error).toBe("too_large");
  expect(message(id)).toMatchObject({ status: "streaming", content: "" });
});

test("a missing message, or a user's, can't be finished", () => {
  const { finish, start, id } = answering();
  const end = outcome({ status: "failed" });
  expect(finish(id.replace(/\d$/, "9"), end).error).toBe("not_found");
  const [user] = start([says("more")]).result?.appended ?? [];
  expect(finish(user?.id ?? "", end).error).toBe("conflict");
});

/** The text that arrives, of which progress sends any piece and finish the whole or nothing. */
const TEXT = "the quick brown fox jumps over the lazy dog";

const step = fc.oneof(
  fc.record({ kind: fc.constant("start" as const) }),
  fc.record({
    kind: fc.constant("progress" as const),
    from: fc.nat(TEXT.length),
    to: fc.nat(TEXT.length),
  }),
  fc.record({
    kind: fc.constant("finish" as const),
    status: fc.constantFrom("complete", "truncated", "cancelled", "failed"),
    whole: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("sweep" as const) }),
);

test("in whatever order: complete is never less than what finish said, and an end is the end", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.nat(40), fc.nat(3)), { maxLength: 30 }), (steps) => {
      const world = conversationsInMemory();
      const ids = [world.start().result?.message.id ?? ""];
      const finals = new Map<string, Message>();
      const said = new Map<string, string>();
      let seconds = 0;
      for (const [one, pause, which] of steps) {
        const now = after((seconds += pause));
        const id = ids[which % ids.length] ?? "";
        const before = world.message(id);
        if (one.kind === "start") ids.push(world.start([], 30, now).result?.message.id ?? "");
        else if (one.kind === "sweep") world.sweep(id, now);
        else if (one.kind === "progress")
          world.progress(id, one.from, TEXT.slice(one.from, one.to), now);
        else {
          const { status } = one;
          const end = outcome({ status, ...(one.whole && { content: TEXT }) });
          const { events } = world.finish(id, end, now);
          if (events.length > 0 && one.whole) said.set(id, TEXT);
        }
        const message = world.message(id);
        // What has arrived is never taken away again.
        expect(TEXT.startsWith(String(message.content))).toBe(true);
        expect(String(message.content).length).toBeGreaterThanOrEqual(
          String(before.content).length,
        );
        if (message.status === "complete") expect(message.content).toBe(said.get(id));
        const final = finals.get(id);
        if (final) expect(message).toEqual(final);
        else if (message.status !== "streaming") finals.set(id, structuredClone(message));
      }
    }),
    { numRuns: 300 },
  );
});

describe("an idempotency key", () => {
  const KEY = "a".repeat(64);
  const held = (more: object = {}) => ({
    key: KEY,
    fingerprint: "f".repeat(64),
    replacing: undefined,
    expired: [],
    ...more,
  });

  test("belongs to one message: a caller that did not know of it is refused", () => {
    const world = conversationsInMemory();
    const first = world.start([], 30, NOW, held()).result?.message.id;
    expect(world.start([], 30, NOW, held()).error).toBe("conflict");
    expect(world.start([], 30, NOW, held({ replacing: "another" })).error).toBe("conflict");
    const second = world.start([], 30, NOW, held({ replacing: first })).result?.message.id;
    expect(world.document(idempotencyKeyRef(ADA, KEY))).toMatchObject({ message_id: second });
  });

  test("takes those that are over with it, and only those", () => {
    const world = conversationsInMemory();
    world.start([], 30, NOW, held());
    const other = "b".repeat(64);
    const expired = [{ owner: ADA, key: KEY }];
    world.start([], 30, after(60), held({ key: other, expired }));
    expect(world.ids("answer_keys")).toHaveLength(2);
    world.start([], 30, after(25 * 3_600), held({ key: "c".repeat(64), expired }));
    expect(world.ids("answer_keys")).toEqual([`${ADA}/${other}`, `${ADA}/${"c".repeat(64)}`]);
  });
});
