import { context, propagation, ROOT_CONTEXT } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableSpan, Sampler, SpanExporter } from "@opentelemetry/sdk-trace";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "../logger.ts";
import type { TracingConfig } from "./config.ts";
import { createContextManager } from "./context-manager.ts";
import type { Tracing } from "./tracing.ts";

/* The only file that imports OpenTelemetry's SDK. Loaded only while tracing is on. */

/** A collector that hangs does not delay the stop of a service for longer. */
const STOP_MS = 2_000;
const REPORT_EVERY_MS = 60_000;

export function startTracing(
  service: string,
  config: TracingConfig,
  log: Pick<Logger, "warn">,
): Tracing {
  const resource = defaultResource().merge(
    resourceFromAttributes({
      ...config.resource,
      "service.namespace": "vega",
      "service.name": config.serviceName ?? `vega-${service}`,
    }),
  );
  const { url, headers, sendEveryMs: scheduledDelayMillis } = config;
  // One of each per process. Without them OpenTelemetry's API does nothing, and nothing is carried along.
  context.setGlobalContextManager(createContextManager());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  // Spans are sent later than they end, outside of their own context.
  const report = (line: object) =>
    context.with(ROOT_CONTEXT, () => log.warn(line, "traces can't be sent to the collector"));
  const exporter = reporting(new OTLPTraceExporter({ url, headers: { ...headers } }), report);
  const provider = new TracerProvider({
    resource,
    sampler: samplerOf(config),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis })],
  });
  return {
    tracer: provider.getTracer("vega"),
    async stop() {
      const stopped = provider.shutdown().catch(() => undefined);
      await Promise.race([stopped, delay(STOP_MS, undefined, { ref: false })]);
    },
  };
}

function samplerOf({ sampler, ratio }: TracingConfig): Sampler {
  const root = sampler.endsWith("always_off")
    ? new AlwaysOffSampler()
    : sampler.endsWith("traceidratio")
      ? new TraceIdRatioBasedSampler(ratio)
      : new AlwaysOnSampler();
  return sampler.startsWith("parentbased_") ? new ParentBasedSampler({ root }) : root;
}

/** Logs, at most once a minute, that spans are not accepted; the SDK drops them silently. */
function reporting(exporter: SpanExporter, report: (line: object) => void): SpanExporter {
  let loggedAt = Number.NEGATIVE_INFINITY;
  return {
    export(spans: ReadableSpan[], done) {
      exporter.export(spans, (result) => {
        const now = performance.now();
        if (result.error && now - loggedAt > REPORT_EVERY_MS) {
          loggedAt = now;
          // Only the message: the rest may show headers.
          report({ reason: result.error.message, spans: spans.length });
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}
