import type { Report } from "@vega/contracts";
import { users } from "@vega/contracts";
import { answerReports, conditionOf, connectBus, serve } from "@vega/messaging";
import type { Service } from "@vega/service-kit";
import { ConfigError, openInstruments, windowCounter } from "@vega/service-kit";
import { setTimeout as delay } from "node:timers/promises";
import type { StateContext } from "./state-context.ts";
import { logAnchors } from "./log/anchors.ts";
import type { ClockWatch } from "./app/clock-watch.ts";
import { watchClock } from "./app/clock-watch.ts";
import { checkPages } from "./verification/check-pages.ts";
import { checkIntegrity } from "./verification/integrity.ts";
import type { ErasedMessages } from "./outbox/erased-messages.ts";
import { eraseMessages } from "./outbox/erased-messages.ts";
import type { Snapshots } from "./snapshots/snapshots.ts";
import { openSnapshots } from "./snapshots/snapshots.ts";
import type { Relay } from "./outbox/relay.ts";
import { startRelay } from "./outbox/relay.ts";
import { keepRetention } from "./retention/retention.ts";
import { keepScrubbed } from "./retention/scrub.ts";
import { NEEDS_NEWER } from "./store/unavailable.ts";
import { createWriter } from "./log/writer.ts";
import { iterationAt } from "./history/as-of.ts";
import { openBackups } from "./backup/backups.ts";
import type { StateConfig } from "./config.ts";
import * as endpoints from "./endpoints.ts";
import { mapUnavailable } from "./map-unavailable.ts";
import { consumeTicks } from "./entities/loop/consume-ticks.ts";
import { countCommits, watchLog } from "./metrics.ts";
import { createSchemaValidator } from "./schema-validation/schema-validator.ts";
import { markLog, openStore } from "./store/open.ts";
import type { Store } from "./store/store.ts";
import {
  StoreUnavailableError,
  StoreCorruptError,
  StoreTooNewError,
  StoreUnsuitableError,
} from "./store/store.ts";
import { traceCommits, traceReads } from "./traces.ts";

const WINDOW_SECONDS = 60;
const RETRY_MS = 500;

/** The only owner of the database: decides commands, keeps the log, relays it to the bus. */
export async function startState(config: StateConfig): Promise<Service> {
  const instruments = await openInstruments("state", config);
  const { log, metrics, tracer } = instruments;
  const commits = windowCounter(["ok", "failed"], WINDOW_SECONDS, () => performance.now());
  let relay: Relay | undefined;
  let erased: ErasedMessages | undefined;
  let mirror: Snapshots | undefined;
  const failed = Promise.withResolvers<Error>();
  /** A newer replica has raised `min_reader`: reads would misread its data. */
  const endIfTooNew = (error: unknown) => {
    if (error instanceof StoreTooNewError) failed.resolve(new ConfigError(error.message));
  };

  const store = await openSound(config, log);
  const scrubbing = keepScrubbed(store, log);
  const count = countCommits(metrics);
  const trace = tracer && traceCommits(tracer, store);
  const writer = createWriter({
    store,
    now: () => new Date().toISOString(),
    timeScale: config.timeScale,
    relayed: () => relay?.relayed() ?? 0,
    onAttempt(tried) {
      count(tried);
      trace?.(tried);
    },
    onCommit(entries) {
      commits.count("ok");
      relay?.committed(entries);
      erased?.committed(entries);
      if (entries.some(({ type }) => type === users.events.erased.type)) {
        void mirror?.renew();
        scrubbing.soon();
      }
    },
    onCommitFailed(error) {
      commits.count("failed");
      endIfTooNew(error);
      log.warn({ err: error }, "a commit failed");
    },
  });
  await untilThere(log, () => writer.open());
  const head = writer.head();
  scrubbing.soon();
  await markLog(config.store, head.logId);
  log.info({ store: store.kind, sequence: head.sequence, log_id: head.logId }, "the log is open");

  const [lastErasure] = await untilThere(log, () =>
    store.queryLog({ type: users.events.erased.type, limit: 1 }),
  );
  mirror = await openSnapshots({
    ...config.mirror,
    erasedAt: lastErasure?.sequence ?? 0,
    store,
    logId: head.logId,
    log,
    now: Date.now,
  });
  const bus = await connectBus({
    ...instruments,
    url: config.busUrl,
    streamReplicas: config.streamReplicas,
  });
  relay = startRelay({ bus, store, head, now: Date.now });
  erased = eraseMessages({ bus, store, relay, logId: head.logId, now: Date.now });
  const backups = await openBackups({
    store,
    logId: head.logId,
    config: config.backups,
    iterationAt: (sequence) => iterationAt(store, sequence),
    log,
    now: Date.now,
  });
  const retention = keepRetention({
    store,
    writer,
    config: config.retention,
    log,
    now: Date.now,
    relayed: () => relay?.relayed() ?? 0,
    hold: backups.running,
  });
  watchLog(metrics, writer, relay, backups);
  const schemas = createSchemaValidator({
    onExceeded: (namespace, limit) =>
      log.warn({ namespace, limit }, "schema validation stopped: limit exceeded"),
  });
  const app: StateContext = {
    store: tracer ? traceReads(tracer, store) : store,
    writer,
    snapshots: mirror,
    backups,
    retention,
    schemas,
    limits: config.limits,
    conversationLimits: config.conversationLimits,
    timeScale: config.timeScale,
    now: () => new Date().toISOString(),
    logId: head.logId,
  };
  const stopServing = await serve(
    bus,
    { name: "state", version: "0.1.0", description: "Owner of the database and the log" },
    Object.values(endpoints)
      .flatMap((create) => create(app))
      .map(mapUnavailable),
  );
  const stopTicks = consumeTicks(bus, app);
  const stopAnchors = logAnchors(log, () => writer.head());
  const clock = watchClock({
    now: Date.now,
    elapsed: () => performance.now(),
    lastTime: () => writer.lastTime(),
    log,
    report: (error) => bus.noted(error, { kind: "request" }),
  });
  const report = reportOf(app, relay, clock, () => commits.totals(), endIfTooNew);
  const stopReports = answerReports(bus, report);
  void checkPages(config.store, log, (error) => bus.noted(error, { kind: "request" }));
  void mirror.refresh();
  // A fresh installation is safe from its first seconds on, and one that was down makes up for what it missed.
  void backups.due();

  return {
    log,
    metrics,
    condition: () => conditionOf(bus, report),
    fault: (error) => bus.fault(error),
    failed: failed.promise,
    async stop() {
      await bus.leave();
      stopReports();
      stopAnchors();
      clock.stop();
      await stopTicks();
      await stopServing();
      await schemas.stop();
      await retention.stop();
      await writer.drain();
      await erased?.stop();
      await relay?.stop();
      await bus.close();
      await mirror?.stop();
      await backups.stop();
      await scrubbing.stop();
      await store.close();
      await tracer?.stop();
    },
  };
}

/** Waits for a store that is away, gives up on one that is damaged or unfit. */
async function openSound(config: StateConfig, log: Service["log"]): Promise<Store> {
  try {
    return await untilThere(log, () => openStore(config.store, checkIntegrity));
  } catch (error) {
    if (error instanceof StoreUnsuitableError)
      throw new ConfigError(error.message, { cause: error });
    if (!(error instanceof StoreCorruptError)) throw error;
    const advice =
      config.store.kind === "mongo"
        ? "A restore that was cut off leaves it so: drop it and restore again, or set another database in MONGODB_URL"
        : "Put a sound copy in its place, or start with another VEGA_DATA_DIR";
    throw new ConfigError(
      `the database is damaged and was left as it is: ${error.message}. ${advice}`,
      { cause: error },
    );
  }
}

async function untilThere<Result>(
  log: Service["log"],
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let said = false; ; said = true) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      if (!said) log.warn({ err: error }, "the database is unavailable; retrying");
      await delay(RETRY_MS);
    }
  }
}

function reportOf(
  { store, snapshots: mirror, backups }: StateContext,
  relay: Relay,
  clock: ClockWatch,
  commits: () => { ok: number; failed: number },
  onUnreachable: (error: unknown) => void,
): () => Promise<Omit<Report, "instance">> {
  const started = performance.now();
  return async () => {
    const reachable = await store.ping().then(
      () => "ok",
      (error: unknown) => {
        onUnreachable(error);
        return error instanceof StoreTooNewError ? NEEDS_NEWER : "the database is unavailable";
      },
    );
    const { ok, failed } = commits();
    const [snapshot, backup] = [mirror.newest(), backups.newest()];
    return {
      service: "state",
      ready: reachable === "ok",
      // Not part of `ready`: everything works, and the log may be ahead for as long as the clock once was.
      checks: { store: reachable, clock: clock.check() },
      uptime_seconds: (performance.now() - started) / 1_000,
      signals: {
        state: {
          window_seconds: WINDOW_SECONDS,
          commits: ok,
          commits_failed: failed,
          relay_lag_seconds: relay.lagSeconds(),
        },
        mirror: {
          verified_at: snapshot?.verified_at ?? null,
          sequence: snapshot?.sequence ?? null,
        },
        backup: {
          created_at: backup?.created_at ?? null,
          verified_at: backup?.verified_at ?? null,
          sequence: backup?.sequence ?? null,
          interval_seconds: backups.intervalSeconds,
          failed: backups.lastError() !== null,
        },
      },
    };
  };
}
