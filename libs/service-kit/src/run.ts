import { flushCompileCache } from "node:module";
import { ConfigError, readEnv } from "./env.ts";
import type { HealthCheckResult } from "./health.ts";
import { serveHealth } from "./health.ts";
import type { Logger } from "./logger.ts";
import { createLogger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

/** A running service. */
export interface Service {
  readonly log: Logger;
  /** For Prometheus. */
  readonly metrics?: Pick<Metrics, "text">;
  /** Closes everything; see `startService` for the order. */
  stop(): Promise<void>;
  /** Whether it can do its work now. Called between start and stop. */
  health?(): Promise<HealthCheckResult>;
  /** Reports an uncaught rejection or exception before the process ends. Timeout: FATAL_REPORT_TIMEOUT_MS. */
  reportFatal?(error: unknown): Promise<void>;
  /** Resolves with a fatal error; the process then stops, with EX_CONFIG for a ConfigError. */
  readonly failed?: Promise<Error>;
}

/** sysexits.h EX_CONFIG: a restart does not help. */
export const EX_CONFIG = 78;

const STOP_TIMEOUT_MS = 9_000;
const FATAL_REPORT_TIMEOUT_MS = 500;

/**
 * Runs a service until SIGTERM, SIGINT, or the end of a parent that started it with an IPC channel (a killed supervisor
 * leaves no orphans). Sends such a parent `{type: "ready"}`. Serves health and metrics over HTTP at HEALTH_LISTEN, if set.
 */
export async function run(name: string, start: () => Promise<Service>): Promise<void> {
  let service: Service | undefined;
  let stopping = false;
  let isFailing = false;
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

  const reportFatal = async (error: unknown) => {
    try {
      await service?.reportFatal?.(error);
    } catch (cause) {
      log().debug({ err: cause }, "fatal error not reported");
    }
  };

  const health = async (): Promise<HealthCheckResult> => {
    if (stopping) return { ready: false, checks: { run: "is stopping" } };
    if (!service) return { ready: false, checks: { run: "is starting" } };
    return (await service.health?.()) ?? { ready: true, checks: {} };
  };

  process.on("SIGTERM", () => void stop("SIGTERM", 0));
  process.on("SIGINT", () => void stop("SIGINT", 0));
  process.on("disconnect", () => void stop("parent process ended", 0));
  process.on("uncaughtException", (error) => {
    // The state of the process is unknown now: the supervisor starts a new one.
    log().fatal({ err: error }, "uncaught exception");
    // A second one must not keep the process from ending.
    if (isFailing) process.exit(1);
    isFailing = true;
    setTimeout(() => process.exit(1), FATAL_REPORT_TIMEOUT_MS);
    void reportFatal(error).finally(() => process.exit(1));
  });

  try {
    const { HEALTH_LISTEN: listen } = readEnv();
    if (listen) await serveHealth(listen, health, async () => service?.metrics?.text());
    service = await start();
    void service.failed?.then((error) => {
      log().fatal({ reason: error.message }, "fatal error");
      return stop("fatal error", codeOf(error));
    });
    service.log.info({ pid: process.pid }, "started");
    process.send?.({ type: "ready" });
    // Node itself writes the cache at a regular exit only, which a killed process does not have.
    setImmediate(flushCompileCache);
  } catch (error) {
    const isConfigError = error instanceof ConfigError;
    log().fatal(isConfigError ? { reason: error.message } : { err: error }, "could not start");
    process.exit(codeOf(error));
  }
}

const codeOf = (error: unknown) => (error instanceof ConfigError ? EX_CONFIG : 1);
