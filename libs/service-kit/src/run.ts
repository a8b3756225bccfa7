import { flushCompileCache } from "node:module";
import { ConfigError, readEnv } from "./env.ts";
import type { Condition } from "./health.ts";
import { serveHealth } from "./health.ts";
import type { Logger } from "./logger.ts";
import { createLogger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

/** A service as an entry file starts it. */
export interface Service {
  readonly log: Logger;
  /** What Prometheus is told. */
  readonly metrics?: Pick<Metrics, "text">;
  /** Unready, drain, close the bus, close the store: in this order. */
  stop(): Promise<void>;
  /** Whether it can do its work now; not asked before it has started or after it was told to stop. */
  condition?(): Promise<Condition>;
  /** Told of a rejection or exception that nobody caught, right before the process ends: it has half a second. */
  fault?(error: unknown): Promise<void>;
  /** Resolves with why the service can't go on; the process then stops, with EX_CONFIG for a ConfigError. */
  readonly failed?: Promise<Error>;
}

/** sysexits.h EX_CONFIG: a restart is no use. */
export const EX_CONFIG = 78;

const STOP_TIMEOUT_MS = 9_000;
const FAULT_TIMEOUT_MS = 500;

/**
 * Runs a service until the process is told to stop: SIGTERM, SIGINT, or the end of the parent that started it
 * with an IPC channel (a killed supervisor leaves no orphans). Tells such a parent `{type: "ready"}`. Where
 * HEALTH_LISTEN names an address, what runs the container can ask there how the service is, and Prometheus for metrics.
 */
export async function run(name: string, start: () => Promise<Service>): Promise<void> {
  let service: Service | undefined;
  let stopping = false;
  let faulty = false;
  const log = () => service?.log ?? createLogger(name, "info");

  const stop = async (reason: string, code: number) => {
    if (stopping) return;
    stopping = true;
    log().info({ reason }, "stopping");
    setTimeout(() => {
      log().error({ reason }, "did not stop in time");
      process.exit(1);
    }, STOP_TIMEOUT_MS).unref();
    await service?.stop().catch((error: unknown) => log().error({ err: error }, "stopping failed"));
    log().info({ reason }, "stopped");
    process.exit(code);
  };

  const tell = async (error: unknown) => {
    try {
      await service?.fault?.(error);
    } catch (cause) {
      log().debug({ err: cause }, "the fault could not be reported");
    }
  };

  const condition = async (): Promise<Condition> => {
    if (stopping) return { ready: false, checks: { run: "is stopping" } };
    if (!service) return { ready: false, checks: { run: "is starting" } };
    return (await service.condition?.()) ?? { ready: true, checks: {} };
  };

  process.on("SIGTERM", () => void stop("SIGTERM", 0));
  process.on("SIGINT", () => void stop("SIGINT", 0));
  process.on("disconnect", () => void stop("the parent process ended", 0));
  process.on("uncaughtException", (error) => {
    // The state of the process is unknown now: say why and let the supervisor start a new one.
    log().fatal({ err: error }, "an unexpected fault");
    // A second fault on the way out must not keep the process from ending.
    if (faulty) process.exit(1);
    faulty = true;
    setTimeout(() => process.exit(1), FAULT_TIMEOUT_MS);
    void tell(error).finally(() => process.exit(1));
  });

  try {
    const { HEALTH_LISTEN: listen } = readEnv();
    if (listen) await serveHealth(listen, condition, async () => service?.metrics?.text());
    service = await start();
    void service.failed?.then((error) => {
      log().fatal({ reason: error.message }, "the service can't go on");
      return stop("the service failed", codeOf(error));
    });
    service.log.info({ pid: process.pid }, "started");
    process.send?.({ type: "ready" });
    // Node does so by itself only at the end, which a process that is killed does not have.
    setImmediate(flushCompileCache);
  } catch (error) {
    const hopeless = error instanceof ConfigError;
    log().fatal(hopeless ? { reason: error.message } : { err: error }, "could not start");
    process.exit(codeOf(error));
  }
}

const codeOf = (error: unknown) => (error instanceof ConfigError ? EX_CONFIG : 1);
