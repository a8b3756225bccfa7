import { LOOP_STREAM, VegaError, loop } from "@vega/contracts";
import {
  answerReports,
  conditionOf,
  connectBus,
  endpoint,
  ensureStream,
  holdLease,
  serve,
} from "@vega/messaging";
import type { Lease } from "@vega/messaging";
import type { Service } from "@vega/service-kit";
import { openInstruments } from "@vega/service-kit";
import type { LoopConfig } from "./config.ts";
import { countTicks } from "./metrics.ts";
import { createObserver } from "./tick/observe.ts";
import { followLoop } from "./tick/position.ts";
import { createTicker } from "./tick/ticker.ts";
import type { Timer } from "./tick/timer.ts";
import { startTimer } from "./tick/timer.ts";

/** How long an iteration by hand may take in all. */
const ITERATE_MS = 8_000;

const now = () => new Date().toISOString();

/** Decides when: publishes the ticks of the Infinity Loop. Any number of replicas, one holds the lease. */
export async function startLoop(config: LoopConfig): Promise<Service> {
  const instruments = await openInstruments("loop", config);
  const { log, metrics } = instruments;
  const bus = await connectBus({
    ...instruments,
    url: config.busUrl,
    streamReplicas: config.streamReplicas,
  });
  let timer: Timer | undefined;
  let lease: Lease | undefined;

  const position = await followLoop(bus, () => timer?.rearm());
  // Others wait for it. Where that fails, the first tick makes it.
  await ensureStream(bus, LOOP_STREAM).catch((error: unknown) =>
    log.debug({ err: error }, "the stream of ticks can't be made yet"),
  );
  const ticker = createTicker({
    bus,
    loop: position.loop,
    observe: createObserver(bus),
    timeScale: config.timeScale,
    now,
    onPublished: countTicks(metrics, {
      iteration: () => position.loop()?.iteration ?? Number.NaN,
      held: () => lease?.held() ?? false,
    }),
  });
  timer = startTimer({
    ticker,
    loop: position.loop,
    enabled: () => lease?.held() ?? false,
    now,
    timeScale: config.timeScale,
    log,
  });
  lease = holdLease(bus, {
    name: "loop",
    ttlMs: config.leaseMs,
    onChange(held) {
      log.info({ held }, held ? "holding the lease" : "the lease is gone");
      timer?.rearm();
    },
  });

  /** An iteration of the caller's own: where another tick was there first, the next one is tried. */
  const iterate = async (deadline: number) => {
    while (Date.now() < deadline) {
      const published = await ticker.tick("manual");
      if (!published) continue;
      const { tick, ours } = published;
      const confirmed = await position.confirmed(tick, Math.max(0, deadline - Date.now()));
      if (ours && confirmed.ours) {
        return { sequence: confirmed.sequence, iteration: tick.iteration, phase: tick.phase };
      }
    }
    throw new VegaError("timeout", "other ticks were first until the time was over; try again");
  };

  const stopServing = await serve(
    bus,
    { name: "loop", version: "0.1.0", description: "Ticks of the Infinity Loop" },
    [
      endpoint(loop.requests.iterate, (_input, { deadline }) =>
        iterate(Math.min(deadline, Date.now() + ITERATE_MS)),
      ),
    ],
  );
  const started = performance.now();
  const report = () => ({
    service: "loop",
    ready: position.follower.current(),
    checks: {
      log: position.follower.current() ? "ok" : "the log can't be read",
      lease: lease?.held() ? "ok: held here" : "ok: held elsewhere",
    },
    uptime_seconds: (performance.now() - started) / 1_000,
    signals: {},
  });
  const stopReports = answerReports(bus, report);

  return {
    log,
    metrics,
    condition: () => conditionOf(bus, report),
    fault: (error) => bus.fault(error),
    async stop() {
      await bus.leave();
      stopReports();
      await stopServing();
      await timer?.stop();
      await lease?.release();
      await position.follower.stop();
      await bus.close();
      await instruments.tracer?.stop();
    },
  };
}
