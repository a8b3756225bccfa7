import { users, VERSION } from "@vega/contracts";
import { serveHealthReports, checkHealth, connectBus, serve } from "@vega/messaging";
import type { Service } from "@vega/service-kit";
import { ConfigError, openInstruments, startService, createWindowCounter } from "@vega/service-kit";
import type { StateContext } from "./state-context.ts";
import { watchClock } from "./clock/clock-watch.ts";
import { guardStorage } from "./blobs/guard.ts";
import { watchBlobs } from "./blobs/metrics.ts";
import { openBlobs } from "./blobs/open.ts";
import { namedBlobs } from "./blobs/references.ts";
import { keepSwept } from "./blobs/sweep.ts";
import { openBackups } from "./backup/backups.ts";
import type { StateConfig } from "./config.ts";
import * as endpoints from "./endpoints.ts";
import { consumeTicks } from "./entities/loop/consume-ticks.ts";
import { createHealthReport } from "./health-report.ts";
import { iterationAt } from "./history/as-of.ts";
import { logAnchors } from "./log/anchors.ts";
import { mapUnavailable } from "./map-unavailable.ts";
import { watchLog } from "./metrics.ts";
import type { CommitFollowers } from "./open-writer.ts";
import { openWriter } from "./open-writer.ts";
import { eraseMessages } from "./outbox/erased-messages.ts";
import { startRelay } from "./outbox/relay.ts";
import { startRetention } from "./retention/retention.ts";
import { startScrubbing } from "./retention/scrub.ts";
import { completeSearchIndex } from "./retention/search-index.ts";
import { createSchemaValidator } from "./schema-validation/schema-validator.ts";
import { openSnapshots } from "./snapshots/snapshots.ts";
import { markLog } from "./store/open.ts";
import { StoreTooNewError } from "./store/store.ts";
import { waitForStore, whenAvailable } from "./store/wait-for-store.ts";
import { traceReads } from "./traces.ts";
import { checkPages } from "./verification/check-pages.ts";

const WINDOW_SECONDS = 60;

/** The only owner of the database: decides commands, keeps the log, relays it to the bus. */
export const startState = (config: StateConfig): Promise<Service> =>
  startService(async (stack) => {
    const instruments = await openInstruments("state", config);
    stack.use(instruments);
    const { log, metrics, tracer } = instruments;
    const failed = Promise.withResolvers<Error>();
    /** A newer replica has raised `min_reader`: reads would misread its data. */
    const endIfTooNew = (error: unknown) => {
      if (error instanceof StoreTooNewError) failed.resolve(new ConfigError(error.message));
    };

    const store = await waitForStore(config.store, log);
    stack.defer(() => store.close());
    const scrubbing = startScrubbing(store, log);
    stack.defer(() => scrubbing.stop());
    const commits = createWindowCounter(["ok", "failed"], WINDOW_SECONDS, () => performance.now());
    const followers: CommitFollowers = {};
    const writer = await openWriter({
      store,
      instruments,
      timeScale: config.timeScale,
      followers,
      scrubbing,
      commits,
      onCommitFailed: endIfTooNew,
    });
    const head = writer.head();
    scrubbing.soon();
    const indexing = completeSearchIndex(store, log);
    stack.defer(() => indexing.stop());
    await markLog(config.store, head.logId);
    log.info({ store: store.kind, sequence: head.sequence, log_id: head.logId }, "log opened");

    const blobs = guardStorage(openBlobs(config.store), config.storage, () => performance.now());
    stack.defer(() => blobs.close());
    const backups = await openBackups({
      store,
      blobs,
      logId: head.logId,
      config: config.backups,
      iterationAt: (sequence) => iterationAt(store, sequence),
      log,
      now: Date.now,
    });
    stack.defer(() => backups.stop());
    const [lastErasure] = await whenAvailable(log, () =>
      store.queryLog({ type: users.events.erased.type, limit: 1 }),
    );
    const mirror = await openSnapshots({
      ...config.mirror,
      erasedAt: lastErasure?.sequence ?? 0,
      store,
      logId: head.logId,
      log,
      now: Date.now,
    });
    stack.defer(() => mirror.stop());
    followers.mirror = mirror;

    const bus = await connectBus({
      ...instruments,
      url: config.busUrl,
      streamReplicas: config.streamReplicas,
    });
    stack.defer(() => bus.close());
    const relay = startRelay({ bus, store, head, now: Date.now });
    stack.defer(() => relay.stop());
    followers.relay = relay;
    const erased = eraseMessages({ bus, store, relay, logId: head.logId, now: Date.now });
    stack.defer(() => erased.stop());
    followers.erased = erased;
    // Before the relay stops, which publishes the entries of the last commands.
    stack.defer(() => writer.drain());
    const retention = startRetention({
      store,
      writer,
      config: config.retention,
      log,
      now: Date.now,
      relayed: () => relay.relayed(),
      hold: backups.running,
    });
    stack.defer(() => retention.stop());
    const blobSweep = keepSwept({
      blobs,
      named: () => namedBlobs(store),
      now: Date.now,
      hold: backups.running,
      log,
      onRemoved: watchBlobs(metrics, blobs),
    });
    stack.defer(() => blobSweep.stop());
    watchLog(metrics, writer, relay, backups);
    const schemas = createSchemaValidator({
      onExceeded: (namespace, limit) =>
        log.warn({ namespace, limit }, "schema validation stopped: limit exceeded"),
    });
    stack.defer(() => schemas.stop());

    const app: StateContext = {
      store: tracer ? traceReads(tracer, store) : store,
      writer,
      blobs,
      blobSweep,
      snapshots: mirror,
      backups,
      retention,
      schemas,
      limits: config.limits,
      conversationLimits: config.conversationLimits,
      libraryLimits: config.libraryLimits,
      timeScale: config.timeScale,
      now: () => new Date().toISOString(),
      logId: head.logId,
    };
    const stopServing = await serve(
      bus,
      { name: "state", version: VERSION, description: "Owner of the database and the log" },
      Object.values(endpoints)
        .flatMap((create) => create(app))
        .map(mapUnavailable),
    );
    stack.defer(stopServing);
    stack.defer(consumeTicks(bus, app));

    const clock = watchClock({
      now: Date.now,
      elapsed: () => performance.now(),
      lastTime: () => writer.lastTime(),
      log,
      report: (error) => bus.recordError(error, { kind: "request" }),
    });
    stack.defer(() => clock.stop());
    stack.use(logAnchors(log, () => writer.head()));
    const report = createHealthReport({
      store: app.store,
      mirror,
      backups,
      relay,
      clock,
      commits: () => commits.totals(),
      windowSeconds: WINDOW_SECONDS,
      onUnreachable: endIfTooNew,
    });
    stack.defer(serveHealthReports(bus, report));
    stack.defer(() => bus.closeIfDisconnected());

    void checkPages(config.store, log, (error) => bus.recordError(error, { kind: "request" }));
    void mirror.refresh();
    // A new installation has a backup within seconds, and one that was down makes up for a missed period.
    void backups.due();

    return {
      log,
      metrics,
      health: () => checkHealth(bus, report),
      reportFatal: (error: unknown) => bus.reportFatal(error),
      failed: failed.promise,
    };
  });
