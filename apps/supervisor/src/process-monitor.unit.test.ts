import type { ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EX_CONFIG } from "@vega/service-kit";
import { EXIT_CODES } from "./operator-error.ts";
import { createProcessMonitor } from "./process-monitor.ts";

class FakeChild extends EventEmitter {
  readonly pid = 1;
  readonly signals: string[] = [];
  readonly becomeReady = Promise.withResolvers<void>();
  kill(signal: string) {
    this.signals.push(signal);
    if (signal === "SIGKILL") this.emit("exit", null, signal);
    return true;
  }
}

function monitored(prepare?: () => Promise<void>) {
  const children: FakeChild[] = [];
  const events: string[] = [];
  const monitor = createProcessMonitor(
    {
      name: "state",
      ...(prepare ? { prepare } : {}),
      spawn() {
        const child = new FakeChild();
        children.push(child);
        return child as unknown as ChildProcess;
      },
      ready: (child) => (child as unknown as FakeChild).becomeReady.promise,
      relay: () => ({ done: Promise.resolve(), reason: () => "disk full" }),
    },
    {
      started: () => events.push("started"),
      ready: () => events.push("ready"),
      restarting: (_name, { how }, delay) => events.push(`${how}, restart in ${delay}`),
      fatal: (_name, { how }, reason) => events.push(`${how}, fatal: ${reason}`),
    },
    () => Date.now(),
  );
  const last = () => {
    const child = children.at(-1);
    if (!child) throw new Error("nothing was started");
    return child;
  };
  /** Ends the running process and lets the monitor handle it. */
  const exit = async (code: number) => {
    last().emit("exit", code, null);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { monitor, children, events, last, exit };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a process that was ready once is always restarted, with growing delays", async () => {
  const { monitor, events, last, exit } = monitored();
  monitor.start();
  last().becomeReady.resolve();
  await monitor.ready;
  for (const delay of [100, 200, 400, 800]) {
    await exit(1);
    expect(events.at(-1)).toBe(`exit code 1, restart in ${delay}`);
    await vi.advanceTimersByTimeAsync(delay);
    expect(events.at(-1)).toBe("started");
  }
  await vi.advanceTimersByTimeAsync(30_000);
  await exit(0);
  expect(events.at(-1)).toBe("exit code 0, restart in 100");
});

test("three failures before the process was ready once are fatal", async () => {
  const { monitor, children, events, exit } = monitored();
  monitor.start();
  for (let failure = 1; failure <= 3; failure += 1) {
    await exit(1);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(events.at(-1)).toBe("exit code 1, fatal: disk full");
  expect(children).toHaveLength(3);
});

test("exit code 78 is fatal immediately, also after the process was ready", async () => {
  const { monitor, children, events, last, exit } = monitored();
  monitor.start();
  last().becomeReady.resolve();
  await monitor.ready;
  expect(EXIT_CODES.configuration).toBe(EX_CONFIG);
  await exit(EX_CONFIG);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(events).toEqual(["started", "ready", "exit code 78, fatal: disk full"]);
  expect(children).toHaveLength(1);
});

test("restart sends SIGTERM and starts the process again", async () => {
  const { monitor, children, events, last, exit } = monitored();
  monitor.start();
  last().becomeReady.resolve();
  await monitor.ready;
  monitor.restart();
  expect(last().signals).toEqual(["SIGTERM"]);
  await exit(0);
  await vi.advanceTimersByTimeAsync(100);
  expect(children).toHaveLength(2);
  expect(events.at(-1)).toBe("started");
});

test("a reload ends the pause before the next start and forgets earlier failures", async () => {
  const { monitor, children, events, last, exit } = monitored();
  monitor.start();
  last().becomeReady.resolve();
  await monitor.ready;
  for (const delay of [100, 200]) {
    await exit(1);
    await vi.advanceTimersByTimeAsync(delay);
  }
  await exit(1);
  expect(events.at(-1)).toBe("exit code 1, restart in 400");
  monitor.reload();
  await vi.advanceTimersByTimeAsync(0);
  expect(children).toHaveLength(4);
  monitor.reload();
  expect(last().signals).toEqual(["SIGTERM"]);
  await exit(0);
  expect(events.at(-1)).toBe("exit code 0, restart in 100");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(children).toHaveLength(5);
});

test("stop sends SIGTERM, and SIGKILL after the grace period; the process is not restarted", async () => {
  const { monitor, children, last } = monitored();
  monitor.start();
  const stopped = monitor.stop(3_000);
  await vi.advanceTimersByTimeAsync(2_999);
  expect(last().signals).toEqual(["SIGTERM"]);
  await vi.advanceTimersByTimeAsync(1);
  await stopped;
  expect(last().signals).toEqual(["SIGTERM", "SIGKILL"]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(children).toHaveLength(1);
});

test("stop cancels a pending restart", async () => {
  const { monitor, children, exit } = monitored();
  monitor.start();
  await exit(1);
  await monitor.stop(3_000);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(children).toHaveLength(1);
  expect(monitor.pid()).toBeUndefined();
});

test("a failed preparation counts as a failed start, and is retried", async () => {
  let full = true;
  const { monitor, children, events } = monitored(() =>
    full ? Promise.reject(new Error("disk full")) : Promise.resolve(),
  );
  monitor.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(events).toEqual(["not started: disk full, restart in 100"]);
  full = false;
  await vi.advanceTimersByTimeAsync(100);
  expect(events.at(-1)).toBe("started");
  expect(children).toHaveLength(1);
});

test("stop during the preparation prevents the start", async () => {
  const prepared = Promise.withResolvers<void>();
  const { monitor, children } = monitored(() => prepared.promise);
  monitor.start();
  const stopped = monitor.stop(3_000);
  prepared.resolve();
  await stopped;
  expect(children).toHaveLength(0);
});
