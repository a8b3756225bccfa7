import { afterAll, describe, expect, test, vi } from "vitest";
import type { LanguageModel } from "../models/language-model.ts";
import { ModelError } from "../models/language-model.ts";
import { chatRequest, textOf } from "../testing/collect.ts";
import { QUICK, GOOD, TEXT, optionsOf, run, startTargets } from "../testing/failover.ts";
import type { Behaviour } from "../testing/fault-provider.ts";
import { createBreakers } from "./breakers.ts";
import { complete } from "./complete.ts";
import { DEFAULT_LIMITS } from "./limits.ts";

const { provider, target, calls } = await startTargets();
afterAll(() => provider.close());

/** Far below the limits in use: the abort does not wait for the end of the call. */
const AT_ONCE_MS = 2_000;

describe("a cancelled caller", () => {
  test.each<[string, Behaviour]>([
    ["before headers", { kind: "hang" }],
    ["before the first token", { kind: "hang_before_token" }],
    ["in the middle", { kind: "stall", after: 2 }],
  ])("aborts the provider's call immediately: %s", async (_, behaviour) => {
    const slow = target([behaviour], { limits: DEFAULT_LIMITS });
    const controller = new AbortController();
    const outcome = run([slow, target([GOOD])], { signal: controller.signal });
    const call = await vi.waitUntil(() => provider.callsOf(slow.model)[0], { interval: 1 });
    const before = performance.now();
    controller.abort();
    expect((await call.closed) - before).toBeLessThan(AT_ONCE_MS);
    const { fault, attempts } = await outcome;
    expect(fault).toMatchObject({ kind: "cancelled" });
    expect(attempts).toMatchObject([{ outcome: "cancelled" }]);
  });

  test("ends the pause between two tries", async () => {
    const controller = new AbortController();
    const failing = target([{ kind: "status", status: 500 }]);
    const outcome = complete(
      chatRequest("alias"),
      optionsOf([failing], { signal: controller.signal, random: () => 0.99 }),
    );
    expect((await outcome.next()).value).toMatchObject({ kind: "attempt_failed" });
    const next = outcome.next();
    const before = performance.now();
    controller.abort();
    await expect(next).rejects.toMatchObject({ kind: "cancelled" });
    expect(performance.now() - before).toBeLessThan(AT_ONCE_MS);
    expect(calls(failing)).toBe(1);
  });

  test("that stops reading aborts the call", async () => {
    const endless = target([{ kind: "stall", after: 2 }], { limits: DEFAULT_LIMITS });
    for await (const event of complete(chatRequest("alias"), optionsOf([endless]))) {
      if (event.kind === "delta") break;
    }
    const before = performance.now();
    const closed = (await provider.callsOf(endless.model)[0]?.closed) ?? Number.NaN;
    expect(closed - before).toBeLessThan(AT_ONCE_MS);
  });
});

describe("timing", () => {
  const limited = (...retryAfterMs: (number | undefined)[]) => {
    const calledAt: number[] = [];
    const model: LanguageModel = {
      async *stream() {
        calledAt.push(Date.now());
        const ms = retryAfterMs.shift();
        if (ms !== undefined) {
          throw new ModelError("rate_limited", "slow down", { status: 429, retryAfterMs: ms });
        }
        yield { kind: "delta", delta: { content: "ok" } };
        yield { kind: "finish", reason: "stop" };
      },
    };
    return { calledAt, target: target([], { languageModel: model, limits: DEFAULT_LIMITS }) };
  };

  const withFakeTime = async (work: () => Promise<void>) => {
    vi.useFakeTimers({ now: 0 });
    try {
      await work();
    } finally {
      vi.useRealTimers();
    }
  };

  test("Retry-After is kept in full, also by later requests", () =>
    withFakeTime(async () => {
      const { calledAt, target: one } = limited(3_000);
      const shared = { now: Date.now, breakers: createBreakers(Date.now) };
      const first = run([one], shared);
      await vi.advanceTimersByTimeAsync(1_000);
      const second = run([one], shared);
      await vi.advanceTimersByTimeAsync(1_999);
      expect(calledAt).toEqual([0]);
      await vi.advanceTimersByTimeAsync(500);
      expect([(await first).text, (await second).text]).toEqual(["ok", "ok"]);
      expect(calledAt.slice(1).every((at) => at >= 3_000 && at < 3_300)).toBe(true);
    }));

  test("a Retry-After beyond the bound is not waited for", () =>
    withFakeTime(async () => {
      const { calledAt, target: one } = limited(31_000);
      const other = limited();
      const shared = { now: Date.now, breakers: createBreakers(Date.now) };
      expect((await run([one, other.target], shared)).text).toBe("ok");
      const { attempts } = await run([one, other.target], shared);
      expect(attempts[0]).toMatchObject({
        outcome: "skipped",
        message: /rate limited by the provider for 31 s/,
      });
      expect(calledAt).toEqual([0]);
      const { fault } = await run([one], shared);
      expect(fault).toMatchObject({ kind: "rate_limited", retryAfterMs: 31_000 });
    }));

  test("a dead model is skipped after the first requests and used after its recovery", () =>
    withFakeTime(async () => {
      let dead = true;
      let tried = 0;
      const model: LanguageModel = {
        async *stream() {
          tried += 1;
          if (dead) throw new ModelError("unavailable", "down");
          yield { kind: "delta", delta: { content: "first" } };
          yield { kind: "finish", reason: "stop" };
        },
      };
      const chain = [target([], { languageModel: model }), limited().target];
      const shared = { now: Date.now, breakers: createBreakers(Date.now) };
      const askOnce = async () => {
        const outcome = run(chain, shared);
        await vi.advanceTimersByTimeAsync(100);
        return (await outcome).text;
      };
      for (let request = 0; request < 20; request += 1) expect(await askOnce()).toBe("ok");
      expect(tried).toBe(5);
      await vi.advanceTimersByTimeAsync(60_000);
      await askOnce();
      dead = false;
      const recovered = Date.now();
      while ((await askOnce()) !== "first") await vi.advanceTimersByTimeAsync(900);
      expect(Date.now() - recovered).toBeLessThan(30_000);
    }));

  test("a slow reader does not trigger the idle timeout", async () => {
    const limits = { ...QUICK, firstTokenMs: 10_000, idleMs: 1_000 };
    const one = target([{ kind: "answer", text: TEXT, everyMs: 20 }], { limits });
    let text = "";
    for await (const event of complete(chatRequest("alias"), optionsOf([one]))) {
      if (event.kind !== "delta") continue;
      if (text === "") await new Promise((resolve) => setTimeout(resolve, limits.idleMs * 1.5));
      text += textOf([event]);
    }
    expect(text).toBe(TEXT);
    expect(calls(one)).toBe(1);
  });
});
