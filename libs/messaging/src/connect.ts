import { randomUUID } from "node:crypto";
import { ANY_RESPONDER, inboxOf } from "@vega/contracts";
import type { Tracer } from "@opentelemetry/api";
import type { JetStreamClient, JetStreamManager, NatsConnection } from "nats";
import { connect, Events } from "nats";
import type { Inbox } from "./inbox.ts";
import { openInbox } from "./inbox.ts";
import type { Log } from "./log.ts";
import type { BusMeter } from "./meter.ts";
import type { ErrorContext, ErrorCollector, ErrorReporter } from "./report-errors.ts";
import { reconnectPace } from "./reconnect-pace.ts";
import { parseServers } from "./servers.ts";
import { startErrorReporter } from "./report-errors.ts";

const JETSTREAM_TIMEOUT_MS = 3_000;

/** A lasting connection to the bus: it reconnects without limit and reports whether it is connected now. */
export interface Bus {
  /** For this library only. */
  readonly nats: NatsConnection;
  /** Sends a request and waits for one reply. */
  readonly exchange: Inbox["exchange"];
  /** Throws at once while disconnected, where the client would wait for its timeout. */
  jetstream(): JetStreamClient;
  manager(): Promise<JetStreamManager>;
  /** Name of the service, which is also its user on the bus. */
  readonly name: string;
  /** Counts requests sent and served. */
  readonly meter: BusMeter | undefined;
  /** Undefined while tracing is off. */
  readonly tracer: Tracer | undefined;
  /** Replicas of each stream that this connection creates. */
  readonly streamReplicas: number;
  /** Name of this process among its replicas. */
  readonly instance: string;
  readonly log: Log;
  connected(): boolean;
  /** Calls back after every reconnect, when subscriptions are in force again. Returns a function that ends it. */
  onReconnect(callback: () => void): () => void;
  /** Records an error for the report to state, if this process has a collector. Never throws. */
  recordError(error: unknown, about: ErrorContext): void;
  /** Records an uncaught error and reports it to state at once. Never rejects. */
  reportFatal(error: unknown): Promise<void>;
  /**
   * The first step of a service's stop: a disconnected bus is closed, so that pending requests fail now and not after
   * their timeouts. A connected one stays open.
   */
  closeIfDisconnected(): Promise<void>;
  /** Lets requests under way finish, then closes. */
  close(): Promise<void>;
}

/** Period of the error reports to state. */
const ERRORS_EVERY_MS = 2_000;
/** Timeout of a connection attempt. */
const HANDSHAKE_MS = 4_000;

/**
 * Connects, waiting without a timeout until the bus is available.
 * @param options.streamReplicas replicas of each stream that it creates, 1 to 5; more than 1 needs a cluster
 * @param options.errors its errors are reported to state periodically
 */
export async function connectBus(options: {
  url: string;
  name: string;
  log: Log;
  errors?: ErrorCollector;
  meter?: BusMeter;
  tracer?: Tracer | undefined;
  streamReplicas?: number;
}): Promise<Bus> {
  const { log, errors, name } = options;
  const nats = await connect({
    ...parseServers(options.url),
    name,
    inboxPrefix: inboxOf(name, ANY_RESPONDER),
    maxReconnectAttempts: -1,
    reconnectDelayHandler: reconnectPace(() => performance.now(), Math.random),
    waitOnFirstConnect: true,
    // Nothing else detects a connection that is cut during its handshake; the default is 20 s.
    timeout: HANDSHAKE_MS,
    // Detects a bus that hangs after 10 s instead of the default 4 minutes.
    pingInterval: 5_000,
    maxPingOut: 2,
    // An Error per request, only for its stack trace, costs a tenth of the time of a write.
    noAsyncTraces: true,
  });
  let connected = true;
  const listeners = new Set<() => void>();
  void (async () => {
    for await (const status of nats.status()) {
      if (status.type === Events.Disconnect) {
        if (connected) log.warn({}, "bus disconnected");
        connected = false;
      } else if (status.type === Events.Reconnect) {
        connected = true;
        log.info({}, "bus reconnected");
        for (const listener of listeners) listener();
      } else if (status.type === Events.Error) {
        const refused = status.permissionContext;
        // Only logged here: to the caller a refused request looks like one without a reply.
        log[refused ? "error" : "warn"](
          { reason: status.data, ...refused },
          refused ? "bus refused a subject" : "bus error",
        );
      }
    }
  })();
  const guard = () => {
    if (!connected) throw new Error("the message bus is disconnected");
  };
  let reporter: ErrorReporter | undefined;
  const { exchange } = openInbox(nats, name);
  const bus: Bus = {
    nats,
    exchange,
    name,
    meter: options.meter,
    tracer: options.tracer,
    streamReplicas: options.streamReplicas ?? 1,
    log,
    recordError: (error, about) => errors?.record(error, about),
    async reportFatal(error) {
      errors?.record(error, { kind: "unhandled" });
      await reporter?.flush();
    },
    jetstream() {
      guard();
      return nats.jetstream({ timeout: JETSTREAM_TIMEOUT_MS, checkAPI: false });
    },
    async manager() {
      guard();
      return nats.jetstreamManager({ timeout: JETSTREAM_TIMEOUT_MS, checkAPI: false });
    },
    instance: `${name}-${randomUUID().slice(0, 8)}`,
    connected: () => connected && !nats.isClosed(),
    onReconnect(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    async closeIfDisconnected() {
      if (!connected && !nats.isClosed()) await nats.close();
    },
    async close() {
      if (nats.isClosed()) return;
      if (connected) await reporter?.stop();
      // A drain waits for the server.
      if (connected) await nats.drain().catch(() => undefined);
      if (!nats.isClosed()) await nats.close();
    },
  };
  if (errors)
    reporter = startErrorReporter(bus, errors, { service: name, everyMs: ERRORS_EVERY_MS });
  return bus;
}
