import type { Tracer } from "@opentelemetry/api";
import type { Logger } from "../logger.ts";
import type { TracingConfig } from "./config.ts";

/** Tracing of one service. */
export interface Tracing {
  readonly tracer: Tracer;
  /** Sends the spans that wait, with a timeout of seconds, and ends. */
  stop(): Promise<void>;
}

/** Undefined while tracing is off; OpenTelemetry's SDK is not loaded then. */
export async function openTracing(
  service: string,
  config: TracingConfig | undefined,
  log: Pick<Logger, "warn">,
): Promise<Tracing | undefined> {
  if (!config) return undefined;
  const { startTracing } = await import("./otel.ts");
  return startTracing(service, config, log);
}
