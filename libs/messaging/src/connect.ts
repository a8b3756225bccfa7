import { randomUUID } from "node:crypto";
import { ANY_RESPONDER, inboxOf } from "@vega/contracts";
import type { JetStreamClient, JetStreamManager, NatsConnection } from "nats";
import { connect, Events } from "nats";
import type { Inbox } from "./inbox.ts";
import { openInbox } from "./inbox.ts";
import type { Log } from "./log.ts";
import type { BusMeter } from "./meter.ts";
import type { ErrorAbout, ErrorCollector, ErrorReporter } from "./report-errors.ts";
import { reconnectPace } from "./reconnect-pace.ts";
import { reportErrorsOf } from "./report-errors.ts";
import type { BusTracer } from "./tracer.ts";

const JETSTREAM_TIMEOUT_MS = 3_000;

/** A connection to the bus that lasts: it reconnects for ever and says whether it is there now. */
export interface Bus {
  /** For this library alone. */
  readonly nats: NatsConnection;
  /** Asks and waits for one answer. */
  readonly ask: Inbox["ask"];
  /** Throws at once while the bus is away, where the client would wait for its time to be over. */
  jetstream(): JetStreamClient;
  manager(): Promise<JetStreamManager>;
  /** Of the service, as its user on the bus is called. */
  readonly name: string;
  /** Told of each question that is asked or answered. */
  readonly meter: BusMeter | undefined;
  readonly tracer: BusTracer | undefined;
  /** Copies of each stream that is made over this connection. */
  readonly streamReplicas: number;
  /** Names this process among its replicas. */
  readonly instance: string;
  readonly log: Log;
  connected(): boolean;
  /** Calls back after every reconnect, when subscriptions are in force again. Returns how to stop that. */
  onReconnect(callback: () => void): () => void;
  /** Notes a fault for the report to state, where this process keeps one. Never throws. */
  noted(error: unknown, about: ErrorAbout): void;
  /** Notes a fault that nobody caught and tells state at once. Never rejects. */
  fault(error: unknown): Promise<void>;
  /**
   * The first step of a service's end: a bus that is away is closed at once, so that what waits for it fails now and
   * not when its time is over. One that is there stays open.
   */
  leave(): Promise<void>;
  /** Lets what is under way finish, then closes. */
  close(): Promise<void>;
}

/** `nats://token@host:port` or `nats://user:password@host:port`; several, separated by commas. */
export function parseServers(url: string) {
  const urls = url.split(",").map((part) => new URL(part.trim()));
  const first = urls[0];
  if (!first) throw new Error("the URL of the bus is empty");
  const user = decodeURIComponent(first.username);
  const pass = decodeURIComponent(first.password);
  const credentials = user === "" ? {} : pass === "" ? { token: user } : { user, pass };
  return { servers: urls.map((part) => part.host), ...credentials };
}

const ERRORS_EVERY_MS = 2_000;
/** Until the bus has let a connection in. */
const HANDSHAKE_MS = 4_000;

/**
 * Connects, waiting as long as it takes for the bus to be there.
 * @param options.streamReplicas copies of each stream that is made over it, 1 to 5; more than 1 needs a cluster
 * @param options.errors gathers faults; what it has is told to state from time to time.
 */
export async function connectBus(options: {
  url: string;
  name: string;
  log: Log;
  errors?: ErrorCollector;
  meter?: BusMeter;
  tracer?: BusTracer | undefined;
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
    // A connection that is cut in its first moments is noticed by this alone; the default is twenty seconds.
    timeout: HANDSHAKE_MS,
    // A bus that hangs is noticed after ten seconds, not after the default four minutes.
    pingInterval: 5_000,
    maxPingOut: 2,
    // An Error made for every request, just for its trace, costs a tenth of the time of a write.
    noAsyncTraces: true,
  });
  let connected = true;
  const listeners = new Set<() => void>();
  void (async () => {
    for await (const status of nats.status()) {
      if (status.type === Events.Disconnect) {
        if (connected) log.warn({}, "the bus is away");
        connected = false;
      } else if (status.type === Events.Reconnect) {
        connected = true;
        log.info({}, "the bus is back");
        for (const listener of listeners) listener();
      } else if (status.type === Events.Error) {
        const refused = status.permissionContext;
        // Told here alone: to who asked it looks as if nobody answered.
        log[refused ? "error" : "warn"](
          { reason: status.data, ...refused },
          "the bus reports an error",
        );
      }
    }
  })();
  const guard = () => {
    if (!connected) throw new Error("the message bus is away");
  };
  let reporter: ErrorReporter | undefined;
  const { ask } = openInbox(nats, name);
  const bus: Bus = {
    nats,
    ask,
    name,
    meter: options.meter,
    tracer: options.tracer,
    streamReplicas: options.streamReplicas ?? 1,
    log,
    noted: (error, about) => errors?.note(error, about),
    async fault(error) {
      errors?.note(error, { kind: "unhandled" });
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
    async leave() {
      if (!connected && !nats.isClosed()) await nats.close();
    },
    async close() {
      if (nats.isClosed()) return;
      if (connected) await reporter?.stop();
      // A drain waits for the server; without one there is nothing to wait for.
      if (connected) await nats.drain().catch(() => undefined);
      if (!nats.isClosed()) await nats.close();
    },
  };
  if (errors) reporter = reportErrorsOf(bus, errors, { service: name, everyMs: ERRORS_EVERY_MS });
  return bus;
}
