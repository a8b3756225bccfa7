/** Where answers come from: the upstream itself or a gateway before it. */
export interface Target {
  readonly name: string;
  /** `http://host:port`, without a path */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What stands before the model's name. */
  readonly prefix: string;
}

/** What the process with the clients is told. Answered by a {@link ClientReport}. */
export interface ClientCommand {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string;
  readonly stream: boolean;
  /** Pieces that each answer must have. */
  readonly chunks: number;
  /** Clients, each with a connection of its own, that send their next request when the last one is answered. */
  readonly clients: number;
  /** No request is begun after that; 0: one for each client. */
  readonly seconds: number;
  /** Before that every client sends one that does not count, which opens its connection. */
  readonly open: boolean;
  /** What the nonces of this command start with. */
  readonly run: string;
}

/** Times in milliseconds, by answer unless said otherwise. */
export interface ClientReport {
  /** From the first request that counts to the last answer. */
  readonly seconds: number;
  readonly totals: Float64Array;
  /** Until the first piece was there. */
  readonly firsts: Float64Array;
  /** `firsts` without what the upstream itself took: the way there and back. */
  readonly ways: Float64Array;
  /** By piece: from the moment when it left the upstream to that when it was there. */
  readonly transits: Float64Array;
  /** The longest time from one piece to the next; 0 where there was only one. */
  readonly longestGaps: Float64Array;
  /** Requests that were answered rightly, those too that do not count. */
  readonly acknowledged: readonly string[];
  /** How busy the clients' thread was, 0..1: near 1 it is the clients that were measured. */
  readonly busy: number;
  readonly failed: number;
  /** Some of what went wrong. */
  readonly faults: readonly string[];
}
