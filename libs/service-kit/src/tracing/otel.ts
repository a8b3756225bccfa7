import type { Context } from "@opentelemetry/api";
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from "@opentelemetry/api";
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
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "../logger.ts";
import { activeTrace, carryTraces } from "./active.ts";
import type { TracingConfig } from "./config.ts";
import { readTraceparent, writeTraceparent } from "./traceparent.ts";
import type { Span, Tracing } from "./tracing.ts";

/*
 * The only file that knows OpenTelemetry's SDK. It is loaded by those who want traces alone.
 */

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const;

/** A collector that hangs must not hold up the end of a service. */
const STOP_MS = 2_000;
const COMPLAIN_EVERY_MS = 60_000;

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
  const storage = carryTraces(new AsyncLocalStorage<string>());
  // Sent at some time after a span, and not within it.
  const complain = (line: object) =>
    storage.exit(() => log.warn(line, "traces can't be sent to the collector"));
  const exporter = complaining(new OTLPTraceExporter({ url, headers: { ...headers } }), complain);
  const provider = new TracerProvider({
    resource,
    sampler: samplerOf(config),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis })],
  });
  const tracer = provider.getTracer("vega");

  return {
    content: config.content,
    current: activeTrace,
    start(name, { kind, parent, attributes, startedAt }): Span {
      const span = tracer.startSpan(
        name,
        {
          kind: KINDS[kind],
          ...(attributes && { attributes }),
          ...(startedAt !== undefined && { startTime: startedAt }),
        },
        contextOf(parent),
      );
      const { traceId, spanId, traceFlags } = span.spanContext();
      const traceparent = writeTraceparent({ traceId, spanId, flags: traceFlags });
      return {
        traceparent,
        set: (more) => void span.setAttributes(more),
        run: (work) => storage.run(traceparent, work),
        end(failure, endedAt) {
          if (failure !== undefined) {
            span.setAttribute("error.type", failure);
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end(endedAt);
        },
      };
    },
    async stop() {
      const stopped = provider.shutdown().catch(() => undefined);
      await Promise.race([stopped, delay(STOP_MS, undefined, { ref: false })]);
    },
  };
}

function contextOf(parent: string | undefined): Context {
  const read = readTraceparent(parent);
  if (!read) return ROOT_CONTEXT;
  const { traceId, spanId, flags } = read;
  const traceFlags = flags & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function samplerOf({ sampler, ratio }: TracingConfig): Sampler {
  const root = sampler.endsWith("always_off")
    ? new AlwaysOffSampler()
    : sampler.endsWith("traceidratio")
      ? new TraceIdRatioBasedSampler(ratio)
      : new AlwaysOnSampler();
  return sampler.startsWith("parentbased_") ? new ParentBasedSampler({ root }) : root;
}

/** Says now and then that spans don't arrive; the SDK says nothing and drops them. */
function complaining(exporter: SpanExporter, complain: (line: object) => void): SpanExporter {
  let saidAt = Number.NEGATIVE_INFINITY;
  return {
    export(spans: ReadableSpan[], done) {
      exporter.export(spans, (result) => {
        const now = performance.now();
        if (result.error && now - saidAt > COMPLAIN_EVERY_MS) {
          saidAt = now;
          // Its message alone: the rest may show headers.
          complain({ reason: result.error.message, spans: spans.length });
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}
