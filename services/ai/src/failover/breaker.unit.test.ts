import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Breaker, CallOutcome } from "./breaker.ts";
import { admit, closedBreaker, settle } from "./breaker.ts";

function run(breaker: Breaker, outcomes: readonly CallOutcome[], now: number): Breaker {
  let current = breaker;
  for (const outcome of outcomes) {
    const admitted = admit(current, now);
    if (!admitted.permit) return current;
    current = settle(admitted.breaker, admitted.permit, outcome, now);
  }
  return current;
}

const repeat = (count: number, ...outcomes: CallOutcome[]) =>
  Array.from({ length: count }, () => outcomes).flat();

const opened = run(closedBreaker, repeat(5, "failed"), 0);

describe("a breaker", () => {
  test("opens with the fifth consecutive failure", () => {
    expect(run(closedBreaker, repeat(4, "failed"), 0).state).toBe("closed");
    expect(opened).toMatchObject({ state: "open", until: 5_000 });
    expect(run(closedBreaker, [...repeat(4, "failed"), "answered", "failed"], 0).state).toBe(
      "closed",
    );
  });

  test("opens when half of the last twenty failed, not before there are twenty", () => {
    const half = repeat(10, "failed", "answered");
    expect(run(closedBreaker, half.slice(0, 19), 0).state).toBe("closed");
    expect(run(closedBreaker, half, 0).state).toBe("open");
    expect(run(closedBreaker, repeat(30, "failed", "answered", "answered"), 0).state).toBe(
      "closed",
    );
  });

  test("admits one probe at a time, at growing intervals up to 25 s", () => {
    expect(admit(opened, 4_999).permit).toBeUndefined();
    let breaker = opened;
    const probes: number[] = [];
    for (let now = 0; now <= 120_000; now += 100) {
      const { breaker: next, permit } = admit(breaker, now);
      if (permit) probes.push(now);
      breaker = permit ? settle(next, permit, "failed", now + 50) : next;
    }
    expect(probes).toEqual([5_000, 15_000, 35_000, 60_000, 85_000, 110_000]);
  });

  test("closes with a successful probe, and starts with the shortest wait when it opens again", () => {
    const closed = run(opened, ["answered"], 5_000);
    expect(closed).toMatchObject({ state: "closed", consecutive: 0, recent: [] });
    expect(run(closed, repeat(5, "failed"), 6_000)).toMatchObject({ until: 11_000 });
  });

  test("admits another probe after a cancelled one", () => {
    expect(admit(run(opened, ["neutral"], 5_000), 5_001).permit).toMatchObject({ probe: true });
  });

  describe("of a target that is slow and never failed", () => {
    const slow = run(closedBreaker, repeat(5, "slow"), 0);

    test("opens for callers that have another target, not for the others", () => {
      expect(admit(slow, 1).permit).toBeUndefined();
      expect(admit(slow, 1, true).permit).toMatchObject({ probe: true });
      expect(admit(opened, 1, true).permit).toBeUndefined();
    });

    test("closes with any success, and opens for all with a failure", () => {
      const { breaker, permit } = admit(slow, 1, true);
      if (!permit) throw new Error("not admitted");
      expect(settle(breaker, permit, "answered", 2).state).toBe("closed");
      expect(admit(settle(breaker, permit, "slow", 2), 3, true).permit).toBeDefined();
      expect(admit(settle(breaker, permit, "failed", 2), 3, true).permit).toBeUndefined();
    });

    test("opens for all where one of the calls failed", () => {
      const mixed = run(closedBreaker, [...repeat(4, "slow"), "failed"], 0);
      expect(admit(mixed, 1, true).permit).toBeUndefined();
    });
  });

  test("ignores calls admitted before it opened or closed", () => {
    const early = { probe: false, epoch: 0 };
    expect(settle(opened, early, "answered", 1_000)).toBe(opened);
    const closed = run(opened, ["answered"], 5_000);
    expect(settle(closed, early, "failed", 6_000)).toBe(closed);
  });
});

test("a recovered target is called within 30 s, and a failing one is probed at bounded intervals", () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 20_000 }),
    outcome: fc.constantFrom<CallOutcome>("answered", "failed", "slow", "neutral"),
    late: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      let breaker = closedBreaker;
      let now = 0;
      const open: {
        permit: NonNullable<ReturnType<typeof admit>["permit"]>;
        outcome: CallOutcome;
      }[] = [];
      let probeAt = Number.NEGATIVE_INFINITY;
      let cancelled = false;
      for (const { wait, outcome, late } of steps) {
        now += wait;
        const was = breaker;
        const admitted = admit(breaker, now);
        breaker = admitted.breaker;
        const { permit } = admitted;
        if (was.state === "closed") expect(permit).toEqual({ probe: false, epoch: was.epoch });
        if (permit?.probe) {
          if (!cancelled) expect(now - probeAt).toBeGreaterThanOrEqual(5_000);
          probeAt = now;
          cancelled = false;
        }
        if (permit && late) open.push({ permit, outcome });
        else if (permit) {
          breaker = settle(breaker, permit, outcome, now);
          if (permit.probe && outcome === "neutral") cancelled = true;
        }
        const earlier = open.length > 3 ? open.shift() : undefined;
        if (earlier) {
          const before = breaker;
          breaker = settle(breaker, earlier.permit, earlier.outcome, now);
          if (earlier.permit.probe && earlier.outcome === "neutral") cancelled = true;
          if (before.state === "open" && breaker.state === "closed") {
            expect(earlier).toMatchObject({ permit: { probe: true }, outcome: "answered" });
          }
        }
        if (breaker.state === "closed") expect(breaker.consecutive).toBeLessThan(5);
        // In any state a call 25 s later is admitted, and its success closes the breaker.
        const later = admit(breaker, now + 25_000);
        expect(later.permit).toBeDefined();
        const passed = later.permit as NonNullable<typeof later.permit>;
        expect(settle(later.breaker, passed, "answered", now + 25_000).state).toBe("closed");
      }
    }),
  );
});
