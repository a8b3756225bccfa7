/** A source of completions: the stand-in provider itself, or a gateway in front of it. */
export interface Target {
  readonly name: string;
  /** `http://host:port`, without a path */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Prefix of the model's name. */
  readonly prefix: string;
}

/** Command for the process with the clients. The reply is a {@link ClientReport}. */
export interface ClientCommand {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
  readonly stream: boolean;
  /** Required pieces of each completion. */
  readonly chunks: number;
  /** Clients with a connection each, which send their next request after the last response. */
  readonly clients: number;
  /** No request starts after this time; 0: one for each client. */
  readonly seconds: number;
  /** Whether every client first sends an unrecorded request, which opens its connection. */
  readonly open: boolean;
  /** Prefix of this command's nonces. */
  readonly run: string;
}

/** Times in milliseconds, by completion unless noted otherwise. */
export interface ClientReport {
  /** From the first recorded request to the last response. */
  readonly seconds: number;
  readonly totals: Float64Array;
  /** Until the first piece. */
  readonly firsts: Float64Array;
  /** `firsts` without the provider's own latency: the overhead in both directions. */
  readonly ways: Float64Array;
  /** By piece: from its send time at the provider to its arrival. */
  readonly transits: Float64Array;
  /** The longest time between two pieces; 0 for a single piece. */
  readonly longestGaps: Float64Array;
  /** Nonces of requests with a correct response, unrecorded ones included. */
  readonly acknowledged: readonly string[];
  /** Utilization of the clients' thread, 0..1: near 1 the clients are the bottleneck. */
  readonly busy: number;
  readonly failed: number;
  /** The first errors. */
  readonly faults: readonly string[];
}
