import type { ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keep } from "./process-monitor.ts";

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

function kept(prepare?: () => Promise<void>) {
  const children: FakeChild[] = [];
  const said: string[] = [];
  const keeper = keep(
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
      started: () => said.push("started"),
      ready: () => said.push("ready"),
      restarting: (_name, how, delay) => said.push(`${how}, again in ${delay}`),
      hopeless: (_name, how, reason) => said.push(`${how}, hopeless: ${reason}`),
    },
    () => Date.now(),
  );
  const last = () => {
    const child = children.at(-1);
    if (!child) throw new Error("nothing was started");
    return child;
  };
  /** Ends the running process and lets the keeper do what it will at once. */
  const exit = async (code: number) => {
    last().emit("exit", code, null);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { keeper, children, said, last, exit };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a process that was ready is started again for ever, with growing pauses", async () => {
  const { keeper, said, last, exit } = kept();
  keeper.start();
  last().becomeReady.resolve();
  await keeper.ready;
  for (const delay of [100, 200, 400, 800]) {
    await exit(1);
    expect(said.at(-1)).toBe(`exit code 1, again in ${delay}`);
    await vi.advanceTimersByTimeAsync(delay);
    expect(said.at(-1)).toBe("started");
  }
  await vi.advanceTimersByTimeAsync(30_000);
  await exit(0);
  expect(said.at(-1)).toBe("exit code 0, again in 100");
});

test("three failures before it was ever ready are hopeless", async () => {
  const { keeper, children, said, exit } = kept();
  keeper.start();
  for (let failure = 1; failure <= 3; failure += 1) {
    await exit(1);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(said.at(-1)).toBe("exit code 1, hopeless: disk full");
  expect(children).toHaveLength(3);
});

test("exit code 78 is hopeless at once, also later on", async () => {
  const { keeper, children, said, last, exit } = kept();
  keeper.start();
  last().becomeReady.resolve();
  await keeper.ready;
  await exit(78);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(said).toEqual(["started", "ready", "exit code 78, hopeless: disk full"]);
  expect(children).toHaveLength(1);
});

test("a process that is to start anew is asked to end, and comes back", async () => {
  const { keeper, children, said, last, exit } = kept();
  keeper.start();
  last().becomeReady.resolve();
  await keeper.ready;
  keeper.restart();
  expect(last().signals).toEqual(["SIGTERM"]);
  await exit(0);
  await vi.advanceTimersByTimeAsync(100);
  expect(children).toHaveLength(2);
  expect(said.at(-1)).toBe("started");
});

test("stopping asks first and kills after the grace; nothing starts again", async () => {
  const { keeper, children, last } = kept();
  keeper.start();
  const stopped = keeper.stop(3_000);
  await vi.advanceTimersByTimeAsync(2_999);
  expect(last().signals).toEqual(["SIGTERM"]);
  await vi.advanceTimersByTimeAsync(1);
  await stopped;
  expect(last().signals).toEqual(["SIGTERM", "SIGKILL"]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(children).toHaveLength(1);
});

test("a process that waits for its next start does not start once stopped", async () => {
  const { keeper, children, exit } = kept();
  keeper.start();
  await exit(1);
  await keeper.stop(3_000);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(children).toHaveLength(1);
  expect(keeper.pid()).toBeUndefined();
});

test("what can't be prepared counts as a failed start, and is tried again", async () => {
  let full = true;
  const { keeper, children, said } = kept(() =>
    full ? Promise.reject(new Error("disk full")) : Promise.resolve(),
  );
  keeper.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(said).toEqual(["no start: disk full, again in 100"]);
  full = false;
  await vi.advanceTimersByTimeAsync(100);
  expect(said.at(-1)).toBe("started");
  expect(children).toHaveLength(1);
});

test("a process that is being prepared does not start once stopped", async () => {
  const prepared = Promise.withResolvers<void>();
  const { keeper, children } = kept(() => prepared.promise);
  keeper.start();
  const stopped = keeper.stop(3_000);
  prepared.resolve();
  await stopped;
  expect(children).toHaveLength(0);
});
