import fc from "fast-check";
import { expect, test } from "vitest";
import type { Admitted, Throttle } from "./throttle.ts";
import { createThrottle, delaySeconds } from "./throttle.ts";

const HOUR = 3_600_000;
const admit = (throttle: Throttle, account: string, address: string, now: number): Admitted => {
  const attempt = throttle.attempt(account, address, now);
  if (!attempt.admitted) throw new Error(`throttled for ${attempt.retryAfterSeconds} s`);
  return attempt;
};
const waitOf = (throttle: Throttle, account: string, address: string, now: number) => {
  const attempt = throttle.attempt(account, address, now);
  if (attempt.admitted) attempt.undone();
  return attempt.admitted ? 0 : attempt.retryAfterSeconds;
};

test("five failures are free, then the delay doubles from one second to 15 minutes", () => {
  const throttle = createThrottle();
  let now = 0;
  const waits: number[] = [];
  for (let n = 0; n < 18; n += 1) {
    admit(throttle, "ada", "1.1.1.1", now);
    const wait = waitOf(throttle, "ada", "1.1.1.1", now);
    waits.push(wait);
    now += wait * 1_000;
  }
  expect(waits).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]);
});

test("concurrent attempts are not free: each counts before its outcome is known", () => {
  const throttle = createThrottle();
  const attempts = Array.from({ length: 20 }, () => throttle.attempt("ada", "1.1.1.1", 0));
  expect(attempts.filter(({ admitted }) => admitted)).toHaveLength(5);
});

test("a throttled attempt does not count; an attempt after the delay is admitted", () => {
  const throttle = createThrottle();
  for (let n = 0; n < 5; n += 1) admit(throttle, "ada", "1.1.1.1", 0);
  for (let n = 0; n < 50; n += 1) expect(waitOf(throttle, "ada", "1.1.1.1", n)).toBe(1);
  admit(throttle, "ada", "1.1.1.1", 1_000);
});

test("failures throttle an account for new addresses, and an address for other accounts", () => {
  const throttle = createThrottle();
  for (let n = 0; n < 5; n += 1) admit(throttle, "ada", "1.1.1.1", 0);
  expect(waitOf(throttle, "ada", "2.2.2.2", 0)).toBe(1);
  expect(waitOf(throttle, "bob", "2.2.2.2", 0)).toBe(0);
  // Several people may share an address, so it has a larger budget than an account.
  for (let n = 0; n < 15; n += 1) admit(throttle, `person ${n}`, "1.1.1.1", 0);
  expect(waitOf(throttle, "bob", "1.1.1.1", 0)).toBe(1);
});

test("a success does not reset the failures of other addresses", () => {
  const throttle = createThrottle();
  for (let n = 0; n < 4; n += 1) admit(throttle, "ada", "6.6.6.6", 0);
  admit(throttle, "ada", "1.1.1.1", 0).succeeded();
  admit(throttle, "ada", "6.6.6.7", 0);
  expect(waitOf(throttle, "ada", "6.6.6.7", 0)).toBe(1);
});

test("successes with one account do not reset the failures on another", () => {
  const throttle = createThrottle();
  for (let n = 0; n < 5; n += 1) {
    admit(throttle, "ada", "6.6.6.6", 0);
    admit(throttle, "mallory", "6.6.6.6", 0).succeeded();
  }
  expect(waitOf(throttle, "ada", "6.6.6.6", 0)).toBe(1);
});

test("a trusted address has its own larger budget and is throttled beyond it", () => {
  const throttle = createThrottle();
  throttle.trust("ada", "1.1.1.1");
  for (let n = 0; n < 20; n += 1) admit(throttle, "ada", "1.1.1.1", 0);
  expect(waitOf(throttle, "ada", "1.1.1.1", 0)).toBe(1);
  admit(throttle, "ada", "1.1.1.1", 1_000).succeeded();
  for (let n = 0; n < 20; n += 1) admit(throttle, "ada", "1.1.1.1", 1_000);
});

test("counts expire an hour after the last failure", () => {
  const throttle = createThrottle();
  for (let n = 0; n < 5; n += 1) admit(throttle, "ada", "1.1.1.1", 0);
  for (let n = 0; n < 5; n += 1) admit(throttle, "ada", "1.1.1.1", HOUR);
  expect(waitOf(throttle, "ada", "1.1.1.1", HOUR)).toBe(1);
});

test("an attempt that could not be checked does not count, and its outcome is reported once", () => {
  const throttle = createThrottle();
  for (let n = 0; n < 20; n += 1) {
    const attempt = admit(throttle, "ada", "1.1.1.1", 0);
    attempt.undone();
    attempt.succeeded();
  }
  admit(throttle, "ada", "1.1.1.1", 0);
  expect(throttle.size()).toBe(2);
});

const name = fc.constantFrom("a", "b", "c", "d", "e", "f");
const steps = fc.array(
  fc.record({
    account: name,
    address: name,
    pause: fc.nat({ max: 2 * HOUR }),
    end: fc.constantFrom("failed", "succeeded", "undone"),
  }),
  { maxLength: 200 },
);

type Steps = typeof steps extends fc.Arbitrary<infer Value> ? Value : never;

/** Plays random attempts; returns the time afterwards. */
function play(throttle: Throttle, script: Steps, check: () => void): number {
  let now = 0;
  for (const { account, address, pause, end } of script) {
    now += pause;
    const attempt = throttle.attempt(account, address, now);
    if (attempt.admitted && end === "succeeded") attempt.succeeded();
    else if (attempt.admitted && end === "undone") attempt.undone();
    else if (!attempt.admitted) {
      expect(attempt.retryAfterSeconds).toBeGreaterThanOrEqual(1);
      expect(attempt.retryAfterSeconds).toBeLessThanOrEqual(900);
    }
    check();
  }
  return now;
}

test("property: delays are 1 to 900 seconds, and the memory is bounded", () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 4 }), (script, capacity) => {
      const throttle = createThrottle({ capacity });
      play(throttle, script, () => expect(throttle.size()).toBeLessThanOrEqual(2 * capacity));
    }),
  );
});

test("property: an address with an earlier success is admitted at once, whatever others do", () => {
  fc.assert(
    fc.property(steps, (script) => {
      const throttle = createThrottle();
      admit(throttle, "a", "home", 0).succeeded();
      const now = play(throttle, script, () => undefined);
      admit(throttle, "a", "home", now).succeeded();
    }),
  );
});

test("property: an attempt after the reported delay is admitted", () => {
  fc.assert(
    fc.property(steps, name, name, (script, account, address) => {
      const throttle = createThrottle();
      const now = play(throttle, script, () => undefined);
      const wait = waitOf(throttle, account, address, now);
      admit(throttle, account, address, now + wait * 1_000);
    }),
  );
});

test("property: the delay never decreases with further failures and is never negative", () => {
  fc.assert(
    fc.property(fc.nat({ max: 5_000 }), fc.integer({ min: 1, max: 50 }), (failures, free) => {
      const delay = delaySeconds(failures, free);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delaySeconds(failures + 1, free)).toBeGreaterThanOrEqual(delay);
      expect(delay).toBeLessThanOrEqual(900);
    }),
  );
});
