import type { BusUser } from "@vega/contracts";
// The whole package would cost this process memory for its whole life.
import { areStreamsResponsive } from "@vega/messaging/probe-streams";
import { setTimeout as sleep } from "node:timers/promises";

/** Interval of the probes, and the silence after which the bus counts as hung: longer than a busy machine causes. */
const DEFAULT_TIMING = { intervalMs: 3_000, timeoutMs: 10_000 };
const PROBE_TIMEOUT_MS = 2_000;

/**
 * Detects a nats-server that runs and no longer works. After a full disk its streams stay locked or disabled until a
 * restart: it accepts connections, and stores and delivers nothing.
 * @param options.urlFor read at each probe
 * @param options.hung called once; the watch starts again after the next successful probe
 */
export async function watchBus(options: {
  readonly urlFor: (user: BusUser) => string;
  readonly hung: () => void;
  readonly stop: AbortSignal;
  readonly timing?: { readonly intervalMs: number; readonly timeoutMs: number };
}): Promise<void> {
  const { urlFor, hung, stop, timing = DEFAULT_TIMING } = options;
  // Undefined until the first success: a new bus has no streams yet.
  let workedAt: number | undefined;
  while (!stop.aborted) {
    if (await areStreamsResponsive(urlFor, PROBE_TIMEOUT_MS)) workedAt = performance.now();
    else if (workedAt !== undefined && performance.now() - workedAt > timing.timeoutMs) {
      workedAt = undefined;
      hung();
    }
    await sleep(timing.intervalMs, undefined, { signal: stop, ref: false }).catch(() => undefined);
  }
}
