/** A JetStream stream: its subjects and limits. */
export interface StreamContract {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly description: string;
  readonly maxAgeSeconds: number;
  readonly maxBytes: number;
}

/** The log's entries as CloudEvents, in sequence order. Published by state's relay only. */
export const EVENTS_STREAM: StreamContract = {
  name: "VEGA_EVENTS",
  subjects: ["vega.events.>"],
  description: "The log, as CloudEvents in sequence order",
  maxAgeSeconds: 7 * 24 * 3600,
  maxBytes: 1024 ** 3,
};

/** Every event of the log, for core subscribers. */
export const ALL_EVENTS_SUBJECT = "vega.events.>";

/** The loop's ticks, one per iteration. Published by loop only; consumed by state, ai and auth. */
export const LOOP_STREAM: StreamContract = {
  name: "VEGA_LOOP",
  subjects: ["vega.loop.iterated"],
  description: "Ticks of the Infinity Loop, one per iteration",
  maxAgeSeconds: 24 * 3600,
  maxBytes: 256 * 1024 ** 2,
};

/** NATS KV bucket of the leases that replicas hold. */
export const LEASES_BUCKET = "VEGA_LEASES";

/**
 * A stream in the memory of the bus: the newest message of each subject under `prefix`, never on disk. Messages beyond
 * `maxBytes` are refused.
 */
export interface MemoryStreamContract {
  readonly name: string;
  /** Subjects are `<prefix>.<key>`. */
  readonly prefix: string;
  readonly description: string;
  readonly maxBytes: number;
}

/**
 * Salt and digests of the day's visitors. Written and read by gateways only. Room for 100,000 visitors,
 * with which the server takes some 60 MB.
 */
export const VISITORS_STREAM: MemoryStreamContract = {
  name: "VEGA_VISITORS",
  prefix: "vega.visitors",
  description: "Salt and digests of the day's visitors, in memory only",
  maxBytes: 16 * 1024 ** 2,
};
