import { VegaError } from "@vega/contracts";
import { afterAll, describe, expect, test, vi } from "vitest";
import type { Checkpointer } from "./checkpointer.ts";
import { createCheckpointer } from "./checkpointer.ts";

type Part = { offset: number; text: string; at: number };

const keepers: Checkpointer[] = [];
afterAll(async () => {
  for (const checkpointer of keepers) await checkpointer.stop();
});

/** A growing text with recorded checkpoints. `refuse`: errors of state, in order. */
function answering(text = "", refuse: unknown[] = []) {
  const parts: Part[] = [];
  const lost: VegaError[] = [];
  const startedAt = performance.now();
  const world = { text, parts, lost, stored: "", gate: Promise.resolve() };
  const checkpointer = createCheckpointer({
    storage: {
      async progress({ offset, text: more }) {
        parts.push({ offset, text: more, at: performance.now() - startedAt });
        await world.gate;
        const fault = refuse.shift();
        if (fault) throw fault;
        expect(world.stored).toHaveLength(offset);
        world.stored += more;
      },
    },
    owner: null,
    message: "m",
    text: () => world.text,
    onLost: (reason) => void lost.push(reason),
  });
  keepers.push(checkpointer);
  const say = (more: string) => {
    world.text += more;
    checkpointer.schedule();
  };
  const wait = (condition: () => void) => vi.waitFor(condition, { timeout: 15_000, interval: 5 });
  return Object.assign(world, { say, checkpointer, wait });
}

test.concurrent("the first checkpoint is early, later ones are batched", async () => {
  const { say, wait, parts } = answering();
  say("The ");
  say("first ");
  await wait(() => expect(parts).toHaveLength(1));
  for (const word of ["and ", "all ", "the ", "rest"]) say(word);
  await wait(() => expect(parts).toHaveLength(2));
  const [first, second] = parts;
  expect(first).toMatchObject({ offset: 0, text: "The first " });
  expect(second).toMatchObject({ offset: 10, text: "and all the rest" });
  expect(first?.at).toBeLessThan(second?.at ?? 0);
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(450);
});

test.concurrent("a completion that ends before the first checkpoint is not checkpointed", async () => {
  const { say, checkpointer, parts } = answering();
  say("Yes.");
  await checkpointer.stop();
  say(" And no.");
  const other = answering("x");
  await other.wait(() => expect(other.parts).toHaveLength(1));
  expect(parts).toEqual([]);
});

test.concurrent("without new text the lease is renewed", async () => {
  const { say, wait, parts } = answering();
  const deltas = setInterval(() => say(""), 5);
  try {
    await wait(() => expect(parts).toHaveLength(2));
  } finally {
    clearInterval(deltas);
  }
  expect(parts.map(({ offset, text }) => [offset, text])).toEqual([
    [0, ""],
    [0, ""],
  ]);
  // Well within its 10 seconds, and not continuously.
  expect(parts[0]?.at).toBeGreaterThan(2_900);
  expect((parts[1]?.at ?? 0) - (parts[0]?.at ?? 0)).toBeLessThan(7_000);
});

test.concurrent("half of a surrogate pair waits for the other half; a lone one is replaced", async () => {
  const world = answering();
  world.say("a\ud83d");
  await world.wait(() => expect(world.stored).toBe("a"));
  world.say("\ude00b\udc00c");
  await world.wait(() => expect(world.stored).toHaveLength(6));
  expect(world.stored).toBe("a😀b\ufffdc");
  expect(world.parts.every(({ text }) => text.isWellFormed())).toBe(true);
});

describe.concurrent("when state", () => {
  test.each([
    new VegaError("unavailable", "away"),
    new VegaError("timeout", "no answer"),
    new VegaError("internal", "out of order"),
    new Error("no bus"),
  ])("is unavailable ($message) the next checkpoint resends the text", async (fault) => {
    const world = answering("one ", [fault, fault]);
    await world.wait(() => expect(world.parts).toHaveLength(1));
    world.say("two");
    await world.wait(() => expect(world.stored).toBe("one two"));
    expect(world.parts.map(({ offset }) => offset)).toEqual([0, 0, 0]);
    // Retries have the normal interval.
    expect((world.parts[2]?.at ?? 0) - (world.parts[0]?.at ?? 0)).toBeGreaterThan(900);
    expect(world.lost).toEqual([]);
  });

  test.each(["conflict", "not_found", "too_large"] as const)(
    "refuses (%s) it is over",
    async (code) => {
      const refusal = new VegaError(code, "no");
      const { say, wait, parts, lost } = answering("one ", [refusal]);
      await wait(() => expect(lost).toEqual([refusal]));
      say("two");
      const other = answering("x");
      other.say("y");
      await other.wait(() => expect(other.parts).toHaveLength(1));
      other.say("z");
      await other.wait(() => expect(other.parts).toHaveLength(2));
      expect(parts).toHaveLength(1);
    },
  );
});

test.concurrent("stop waits for the write under way and ends checkpoints", async () => {
  const world = answering("words");
  const { promise, resolve } = Promise.withResolvers<void>();
  world.gate = promise;
  await world.wait(() => expect(world.parts).toHaveLength(1));
  let stopped = false;
  const stopping = world.checkpointer.stop().then(() => (stopped = true));
  world.say(" more");
  await Promise.resolve();
  expect(stopped).toBe(false);
  resolve();
  await stopping;
  expect(world.stored).toBe("words");
  expect(world.parts).toHaveLength(1);
});
