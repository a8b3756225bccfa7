import type { Logger } from "../logger.ts";
import type { TracingConfig } from "./config.ts";

export type Attributes = Record<string, string | number | boolean | string[]>;

export interface SpanOptions {
  /** `server`: answers somebody else; `client`: asks somebody else. */
  readonly kind: "server" | "client" | "internal";
  /** W3C traceparent of what it happens within; undefined begins a trace. */
  readonly parent: string | undefined;
  readonly attributes?: Attributes;
  /** Milliseconds since the epoch; default now. */
  readonly startedAt?: number;
}

/** Something that takes time, within a trace. */
export interface Span {
  /** To be handed on to what it causes. */
  readonly traceparent: string;
  set(attributes: Attributes): void;
  /** Does work within it: log lines name it, and what is started there may be its child. */
  run<Result>(work: () => Result): Result;
  /**
   * @param failure a short name of what went wrong, becomes `error.type`; undefined: nothing did
   * @param endedAt milliseconds since the epoch; default now
   */
  end(failure?: string, endedAt?: number): void;
}

/** Traces of one service. Where there are none, this is undefined, and nothing is loaded or done for them. */
export interface Tracing {
  start(name: string, options: SpanOptions): Span;
  /** Traceparent of the span within which this is called. */
  current(): string | undefined;
  /** Whether spans may show what people and models said. */
  readonly content: boolean;
  /** Sends what waits, within a few seconds, and ends. */
  stop(): Promise<void>;
}

/** Loads OpenTelemetry where traces are wanted, and only there. */
export async function openTracing(
  service: string,
  config: TracingConfig | undefined,
  log: Pick<Logger, "warn">,
): Promise<Tracing | undefined> {
  if (!config) return undefined;
  const { startTracing } = await import("./otel.ts");
  return startTracing(service, config, log);
}
