import type { TrafficCounts } from "@vega/contracts";
import { analytics, systemContext, VegaError } from "@vega/contracts";
import type { MemoryStream } from "@vega/messaging";
import type { BackgroundTask, Logger } from "@vega/service-kit";
import { startBackgroundTask } from "@vega/service-kit";
import { randomUUID } from "node:crypto";
import type { ServiceClient } from "../service-client.ts";
import { eachOf } from "./each-of.ts";
import type { Recorder } from "./recorder.ts";
import { createRecorder } from "./recorder.ts";
import { agreeOnSalt, CLOCK_BOUND_MS, randomSalt, removeSalt } from "./salt.ts";
import { keyOfDigest, settleVisitor } from "./settle.ts";
import type { Day } from "./traffic-day.ts";

const CONTEXT = systemContext("gateway");
/** Visitors that are written to the bus at once. */
const CONCURRENCY = 64;
/** A longer timer would not see a step of the clock. */
const MAX_TIMER_MS = 60_000;
/** After the end of a day, visitors that the bus has not taken are given up. */
const GIVE_UP_MS = 3_600_000;

/** Counts requests and reports them to state. */
export interface Analytics {
  readonly recorder: Recorder;
  /** Reports what is pending. Never rejects. */
  stop(): Promise<void>;
}

/** A report under way. It is repeated as it is until state has replied: state counts each number once. */
interface Report {
  readonly report: number;
  readonly day: string;
  readonly counts: TrafficCounts;
}

/** @param options.periodMs time from the first count to its report */
export function startAnalytics(options: {
  readonly stream: MemoryStream;
  readonly services: Pick<ServiceClient, "request">;
  readonly log: Logger;
  readonly periodMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}): Analytics {
  const { stream, services, log, periodMs, now } = options;
  const source = randomUUID();
  const timers = new Map<string, NodeJS.Timeout>();
  /** Days whose digests are still on the bus, and when they are removed. */
  const remains = new Map<string, number>();
  let reports = 0;
  let writes = 0;
  let unsent: Report | undefined;
  let isStopped = false;

  /** Starts a run after a delay, unless one is due under this name. */
  const later = (name: "report" | "midnight" | "remains", delayMs: number): void => {
    if (isStopped || timers.has(name)) return;
    const start = () => {
      timers.delete(name);
      task.trigger();
    };
    timers.set(name, setTimeout(start, Math.min(Math.max(1, delayMs), MAX_TIMER_MS)).unref());
  };

  const prepareSalt = async (day: Day): Promise<void> => {
    const salt = await agreeOnSalt(stream, day, now());
    if (day.isOver) return;
    day.salt = salt;
    later("midnight", day.end - now());
  };

  const recorder = createRecorder({
    now,
    onCounted: () => later("report", periodMs),
    // Early, so that the last visitors of a day have a salt. The report tries again.
    onFirstVisitor: (day) => void prepareSalt(day).catch(() => undefined),
    onEnded(day) {
      // Another gateway may still report about the day.
      if (day.salt) remains.set(day.day, now() + CLOCK_BOUND_MS);
      day.visitors.forgetAddresses(day.salt ?? randomSalt());
      day.salt = undefined;
    },
  });

  const clearRemains = async (): Promise<void> => {
    if (remains.size > 0) await stream.ensure();
    for (const [day, until] of remains) {
      await removeSalt(stream, day);
      if (now() < until) later("remains", until - now());
      else {
        await stream.remove(keyOfDigest(day, "*"));
        remains.delete(day);
      }
    }
  };

  const settle = async (day: Day): Promise<void> => {
    if (!day.visitors.hasPending()) return;
    if (!day.isOver) await prepareSalt(day);
    const pending = day.visitors.digested(day.salt ?? randomSalt());
    await eachOf(pending, CONCURRENCY, async (visitor) => {
      const key = keyOfDigest(day.day, visitor.digest ?? "");
      const tag = `${source.slice(0, 8)}.${(writes += 1).toString(36)}`;
      const { gains, isFull } = await settleVisitor(stream, key, visitor, tag);
      day.counts.gain(gains);
      if (isFull) day.counts.setMinimum();
      day.visitors.settle(visitor);
    });
    day.visitors.forgetIdle(now());
  };

  const send = async (): Promise<void> => {
    if (!unsent) return;
    try {
      await services.request(analytics.requests.count, { source, ...unsent }, CONTEXT);
    } catch (error) {
      if (!(error instanceof VegaError) || error.code !== "invalid") throw error;
      log.warn({ reason: error.message, day: unsent.day }, "analytics report refused; dropped");
    }
    unsent = undefined;
  };

  /** The visitors of one day, then its counts: these also where the visitors fail. */
  const reportDay = async (day: Day): Promise<unknown> => {
    const failure = await settle(day).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const isGivenUp = failure && day.isOver && now() > day.end + GIVE_UP_MS;
    if (isGivenUp) day.counts.setMinimum();
    if (!day.counts.isEmpty()) {
      unsent = { report: (reports += 1), day: day.day, counts: day.counts.take() };
      await send();
    }
    if (day.isOver && (isGivenUp || !day.visitors.hasPending())) recorder.forget(day);
    return failure;
  };

  const run = async (): Promise<void> => {
    clearTimeout(timers.get("report"));
    timers.delete("report");
    recorder.rearm();
    recorder.turn();
    await send();
    const failures: unknown[] = [];
    for (const day of recorder.days()) failures.push(await reportDay(day));
    await clearRemains();
    const today = recorder.days().at(-1);
    if (today?.salt) later("midnight", today.end - now());
    const failure = failures.find((one) => one !== undefined) as { error: unknown } | undefined;
    if (failure) throw failure.error;
    if (recorder.days().some(({ visitors }) => visitors.hasPending())) later("report", periodMs);
  };

  const task: BackgroundTask = startBackgroundTask({
    name: "analytics",
    immediate: false,
    async run() {
      try {
        await run();
      } catch (error) {
        later("report", periodMs);
        throw error;
      }
    },
    onError(error, { failures }) {
      if (failures === 1) log.warn({ err: error }, "analytics not reported; will be repeated");
    },
  });

  return {
    recorder,
    async stop() {
      await task.runOnce();
      isStopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await task.stop();
    },
  };
}
