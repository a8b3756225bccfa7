import { Registry } from "prom-client";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { watchLoopDelay } from "./loop-delay.ts";

/** Seconds since the last scrape. */
async function longest(registry: Registry): Promise<number> {
  const all = await registry.getMetricsAsJSON();
  return (
    all.find(({ name }) => name === "nodejs_eventloop_lag_max_seconds")?.values[0]?.value ?? -1
  );
}

function hold(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test("a blocked event loop is measured, the sampling interval is not", async () => {
  const registry = new Registry();
  watchLoopDelay(registry);
  const held = async () => {
    // The first sample after a read has no predecessor.
    for (let times = 0; times < 2; times += 1) {
      hold(400);
      await delay(1);
    }
    return longest(registry);
  };
  await expect.poll(held, { interval: 1, timeout: 10_000 }).toBeGreaterThan(0.25);
  const calm = () => longest(registry);
  await expect.poll(calm, { interval: 300, timeout: 10_000 }).toBeLessThan(0.08);
});
