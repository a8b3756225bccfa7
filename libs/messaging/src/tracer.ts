/** Something that takes time, within a trace. */
export interface BusSpan {
  /** W3C traceparent, to be handed on. */
  readonly traceparent: string;
  /** Does work within it. */
  run<Result>(work: () => Result): Result;
  /** @param failure a short name of what went wrong; undefined: nothing did */
  end(failure?: string): void;
}

/** Traces what goes over the bus and gRPC; see service-kit's `openTracing`. */
export interface BusTracer {
  start(
    name: string,
    options: {
      readonly kind: "client" | "server";
      readonly parent: string | undefined;
      readonly attributes: Record<string, string>;
    },
  ): BusSpan;
  /** Traceparent of the span within which this is called. */
  current(): string | undefined;
}
