import type { BusServer } from "./external-bus.ts";
import { addressOf, waitForBus } from "./external-bus.ts";
import type { ProcessMonitor } from "./process-monitor.ts";
import type { Progress } from "./progress.ts";
import { waitUntilReady } from "./readiness.ts";

const REMINDER_INTERVAL_MS = 10_000;

/**
 * Starts everything and waits until `/readyz` responds 200. There is no timeout: a service may wait for its database;
 * every ten seconds a line names what is pending.
 * @param options.bus ready before the services start; empty with an external bus
 * @param options.externalBus addresses of the bus that NATS_URL names
 * @param options.stopped resolves when the platform stops, which ends the waiting
 * @returns whether it became ready
 */
export async function startUp(options: {
  readonly bus: readonly ProcessMonitor[];
  readonly externalBus?: readonly BusServer[] | undefined;
  readonly services: readonly ProcessMonitor[];
  readonly http: string;
  readonly progress: Progress;
  readonly stopped: Promise<unknown>;
}): Promise<boolean> {
  const { bus, externalBus = [], services, http, progress } = options;
  const pending = new Set<string>();
  const reminder = setInterval(() => {
    progress.step(`still waiting for ${[...pending].join(", ")}`);
  }, REMINDER_INTERVAL_MS);
  const stop = new AbortController();
  const stopped = options.stopped.then(() => stop.abort());
  const wait = async (name: string, ready: Promise<unknown>) => {
    pending.add(name);
    await Promise.race([ready, stopped]);
    pending.delete(name);
  };
  if (externalBus.length > 0) {
    const name = `the message bus at ${externalBus.map(addressOf).join(", ")}`;
    void wait(name, waitForBus(externalBus, progress.note, stop.signal));
  }
  for (const group of [bus, services]) {
    if (stop.signal.aborted) break;
    for (const monitor of group) monitor.start();
    await Promise.all(group.map((monitor) => wait(monitor.name, monitor.ready)));
  }
  if (!stop.signal.aborted) await wait(`${http}/readyz`, waitUntilReady(http, stop.signal));
  clearInterval(reminder);
  const isUp = !stop.signal.aborted;
  stop.abort();
  return isUp;
}
