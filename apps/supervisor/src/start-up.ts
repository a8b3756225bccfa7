import type { BusServer } from "./external-bus.ts";
import { addressOf, busAnswers } from "./external-bus.ts";
import type { Keeper } from "./process-monitor.ts";
import type { Progress } from "./progress.ts";
import { answersReady } from "./readiness.ts";

const REMINDER_MS = 10_000;

/**
 * Starts everything and waits until the platform says over HTTP that it is ready. A service may wait as long as it
 * likes, for a database that is not up yet for example; every ten seconds this says what is awaited.
 * @param options.bus must be ready before the services start, where there is one to start
 * @param options.externalBus where the bus is that runs elsewhere
 * @param options.ended resolves when the platform stops, which ends the waiting
 * @returns whether it came up
 */
export async function startUp(options: {
  readonly bus: readonly Keeper[];
  readonly externalBus?: readonly BusServer[] | undefined;
  readonly services: readonly Keeper[];
  readonly http: string;
  readonly progress: Progress;
  readonly ended: Promise<unknown>;
}): Promise<boolean> {
  const { bus, externalBus = [], services, http, progress } = options;
  const awaited = new Set<string>();
  const reminder = setInterval(() => {
    progress.step(`still waiting for ${[...awaited].join(", ")}`);
  }, REMINDER_MS);
  const stop = new AbortController();
  const ended = options.ended.then(() => stop.abort());
  const wait = async (name: string, ready: Promise<unknown>) => {
    awaited.add(name);
    await Promise.race([ready, ended]);
    awaited.delete(name);
  };
  if (externalBus.length > 0) {
    const name = `the message bus at ${externalBus.map(addressOf).join(", ")}`;
    void wait(name, busAnswers(externalBus, progress.note, stop.signal));
  }
  for (const group of [bus, services]) {
    if (stop.signal.aborted) break;
    for (const keeper of group) keeper.start();
    await Promise.all(group.map((keeper) => wait(keeper.name, keeper.ready)));
  }
  if (!stop.signal.aborted) await wait(`${http}/readyz`, answersReady(http, stop.signal));
  clearInterval(reminder);
  const up = !stop.signal.aborted;
  stop.abort();
  return up;
}
