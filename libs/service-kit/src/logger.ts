import { trace } from "@opentelemetry/api";
import { pino } from "pino";
import type { Logger, LoggerOptions } from "pino";
import { readTraceparent } from "./tracing/traceparent.ts";

export type { Logger } from "pino";

/**
 * A logger of JSON lines on stdout: `time` ISO 8601, `level` a word, `service`; `trace_id` and `span_id` of the line's
 * `traceparent` or of the active span. Secrets are redacted.
 * @param destination receives the lines in place of stdout
 */
export function createLogger(
  service: string,
  level: string,
  destination?: { write(line: string): void },
): Logger {
  const options: LoggerOptions = {
    level,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }), log: withTrace },
    redact: {
      paths: ["authorization", "*.authorization", "token", "*.token", "password", "*.password"],
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

function withTrace(line: Record<string, unknown>): Record<string, unknown> {
  const { traceparent } = line;
  const found =
    typeof traceparent === "string"
      ? readTraceparent(traceparent)
      : trace.getActiveSpan()?.spanContext();
  // The line's own members take precedence.
  return found ? { trace_id: found.traceId, span_id: found.spanId, ...line } : line;
}
