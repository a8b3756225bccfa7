import { z } from "zod";
import type { Env } from "../env.ts";
import { parseEnv, wholeNumber } from "../env.ts";

const SAMPLERS = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;

/** Export and sampling of traces. */
export interface TracingConfig {
  /** Complete URL of OTLP over HTTP: https://collector:4318/v1/traces */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sampler: (typeof SAMPLERS)[number];
  /** Share of sampled traces of the ratio samplers, 0 to 1. */
  readonly ratio: number;
  /** Delay of a batch of spans, ms. */
  readonly sendEveryMs: number;
  readonly serviceName: string | undefined;
  /** Further attributes of the service, such as `deployment.environment.name`. */
  readonly resource: Readonly<Record<string, string>>;
  /** Whether spans may show prompts and completions. */
  readonly content: boolean;
}

const RATIO = "must be a number from 0 to 1";
const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });

/** The variables have OpenTelemetry's names: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
const envSchema = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrl.optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().default(""),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .literal("http/json", "must be http/json, the only supported protocol")
    .optional(),
  OTEL_SDK_DISABLED: z.stringbool("must be true or false").default(false),
  OTEL_TRACES_EXPORTER: z.enum(["otlp", "none"], "must be otlp or none").default("otlp"),
  OTEL_TRACES_SAMPLER: z
    .enum(SAMPLERS, `must be one of ${SAMPLERS.join(", ")}`)
    .default("parentbased_always_on"),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number(RATIO).min(0, RATIO).max(1, RATIO).default(1),
  // OpenTelemetry's default of 5 s delays a trace that is inspected right after its request.
  OTEL_BSP_SCHEDULE_DELAY: wholeNumber(1_000),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: z.string().default(""),
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: z.string().default(""),
});

/** Undefined, tracing is off, without an endpoint. Throws ConfigError. */
export function readTracing(env: Env): TracingConfig | undefined {
  const values = parseEnv(envSchema, env);
  const base = values.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, "");
  const url = values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? (base && `${base}/v1/traces`);
  if (!url || values.OTEL_SDK_DISABLED || values.OTEL_TRACES_EXPORTER === "none") return undefined;
  return {
    url,
    headers: pairs(values.OTEL_EXPORTER_OTLP_HEADERS),
    sampler: values.OTEL_TRACES_SAMPLER,
    ratio: values.OTEL_TRACES_SAMPLER_ARG,
    sendEveryMs: values.OTEL_BSP_SCHEDULE_DELAY,
    serviceName: values.OTEL_SERVICE_NAME,
    resource: pairs(values.OTEL_RESOURCE_ATTRIBUTES),
    content: /^(true|span_only|span_and_event)$/i.test(
      values.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT,
    ),
  };
}

/** `a=1,b=2`, percent-encoded like the Baggage header. */
function pairs(text: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const part of text.split(",")) {
    const at = part.indexOf("=");
    if (at < 1) continue;
    const value = part.slice(at + 1).trim();
    result[part.slice(0, at).trim()] = decoded(value);
  }
  return result;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
