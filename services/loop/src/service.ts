import { LOOP_STREAM, VegaError, VERSION, loop } from "@vega/contracts";
import {
  serveHealthReports,
  checkHealth,
  connectBus,
  endpoint,
  ensureStream,
  holdLease,
  serve,
} from "@vega/messaging";
import type { Lease } from "@vega/messaging";
import type { Service } from "@vega/service-kit";
import { openInstruments, startService } from "@vega/service-kit";
import type { LoopConfig } from "./config.ts";
import { countTicks } from "./metrics.ts";
import { createObserver } from "./tick/observe.ts";
import { followLoop } from "./tick/position.ts";
import { createTicker } from "./tick/ticker.ts";
import type { Timer } from "./tick/timer.ts";
import { startTimer } from "./tick/timer.ts";

/** Timeout of an iteration by hand. */
const ITERATE_MS = 8_000;

const now = () => new Date().toISOString();

/** Publishes the ticks of the Infinity Loop. Any number of replicas; one holds the lease. */
export const startLoop = (config: LoopConfig): Promise<Service> =>
  startService(async (stack) => {
    const instruments = await openInstruments("loop", config);
    stack.use(instruments);
    const { log, metrics } = instruments;
    const bus = await connectBus({
      ...instruments,
      url: config.busUrl,
      streamReplicas: config.streamReplicas,
    });
    stack.defer(() => bus.close());
    let timer: Timer | undefined;
    let lease: Lease | undefined;

    const position = await followLoop(bus, () => timer?.rearm());
    stack.defer(() => position.follower.stop());
    // Other services wait for the stream. Where this fails, the first tick creates it.
    await ensureStream(bus, LOOP_STREAM).catch((error: unknown) =>
      log.debug({ err: error }, "stream of ticks not created yet"),
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
    const held = holdLease(bus, {
      name: "loop",
      ttlMs: config.leaseMs,
      onChange(isHeld) {
        log.info({ held: isHeld }, isHeld ? "lease acquired" : "lease lost");
        timer?.rearm();
      },
    });
    lease = held;
    stack.defer(() => held.release());
    const running = startTimer({
      ticker,
      loop: position.loop,
      enabled: () => held.held(),
      now,
      timeScale: config.timeScale,
      log,
    });
    timer = running;
    stack.defer(() => running.stop());

    /** An iteration of the caller's own: where another tick was first, the next one is tried. */
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
      { name: "loop", version: VERSION, description: "Ticks of the Infinity Loop" },
      [
        endpoint(loop.requests.iterate, (_input, { deadline }) =>
          iterate(Math.min(deadline, Date.now() + ITERATE_MS)),
        ),
      ],
    );
    stack.defer(stopServing);
    const started = performance.now();
    const report = () => ({
      service: "loop",
      ready: position.follower.current(),
      checks: {
        log: position.follower.current() ? "ok" : "the log can't be read",
        lease: held.held() ? "ok: held here" : "ok: held elsewhere",
      },
      uptime_seconds: (performance.now() - started) / 1_000,
      signals: {},
    });
    stack.defer(serveHealthReports(bus, report));
    stack.defer(() => bus.closeIfDisconnected());

    return {
      log,
      metrics,
      health: () => checkHealth(bus, report),
      reportFatal: (error: unknown) => bus.reportFatal(error),
    };
  });
