import type { Tracer } from "@opentelemetry/api";
import type { BusMeter } from "./bus-metrics.ts";
import { createBusMeter } from "./bus-metrics.ts";
import type { ErrorCollector } from "./error-report.ts";
import { createErrorCollector } from "./error-report.ts";
import type { Logger } from "./logger.ts";
import { createLogger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import { createMetrics } from "./metrics.ts";
import type { TracingConfig } from "./tracing/config.ts";
import { openTracing } from "./tracing/tracing.ts";

/** Log, metrics, errors and traces of a service, under its name; the bus takes them as they are. Disposed of last. */
export interface Instruments extends AsyncDisposable {
  readonly name: string;
  readonly log: Logger;
  /** Errors until they are reported to state. */
  readonly errors: ErrorCollector;
  readonly metrics: Metrics;
  readonly meter: BusMeter;
  /** Undefined while tracing is off. */
  readonly tracer: Tracer | undefined;
}

export async function openInstruments(
  name: string,
  config: { readonly logLevel: string; readonly tracing: TracingConfig | undefined },
): Promise<Instruments> {
  const log = createLogger(name, config.logLevel);
  const metrics = createMetrics();
  const tracing = await openTracing(name, config.tracing, log);
  return {
    name,
    log,
    errors: createErrorCollector({ service: name }),
    metrics,
    meter: createBusMeter(metrics),
    tracer: tracing?.tracer,
    [Symbol.asyncDispose]: async () => tracing?.stop(),
  };
}
