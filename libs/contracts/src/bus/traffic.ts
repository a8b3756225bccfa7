import { REQUESTS } from "../registry.ts";
import type { BusService } from "./services.ts";
import { ALL_EVENTS_SUBJECT, EVENTS_STREAM, LOOP_STREAM, VISITORS_STREAM } from "./streams.ts";
import type { MemoryStreamContract, StreamContract } from "./streams.ts";
import type { RequestContract } from "../define/request.ts";
import { LOOP_TICKED } from "../loop/tick.ts";
import { messageDelta } from "../messages/live.ts";

/** How one service uses the bus, beside replying to requests under its own name. */
export interface Traffic {
  readonly asks: readonly RequestContract[];
  /** Subjects that it publishes on. */
  readonly publishes: readonly string[];
  /** Subjects that it subscribes to. */
  readonly hears: readonly string[];
  /** The stream that only this service creates and writes; `removes`: it also deletes messages. */
  readonly keeps?: { readonly stream: StreamContract; readonly removes: boolean };
  /** The stream in the memory of the bus that its replicas share. */
  readonly remembers?: MemoryStreamContract;
  /** Streams of other services that it consumes. The durable consumer has the service's name. */
  readonly consumes: readonly { readonly stream: StreamContract; readonly subject: string }[];
  /** Whether it collects the health reports of all services. */
  readonly gathersReports: boolean;
  /** The lease in NATS KV that one of its replicas holds. */
  readonly lease?: string;
}

const TICKS = { stream: LOOP_STREAM, subject: LOOP_TICKED.subject };

/** The requests that a service may send, from the callers that each names. */
const requestsOf = (service: BusService): readonly RequestContract[] =>
  REQUESTS.filter(({ callers }) => callers.includes(service));

/** Bus use of every service. Permissions derive from it. */
export const TRAFFIC: Readonly<Record<BusService, Traffic>> = {
  gateway: {
    asks: requestsOf("gateway"),
    publishes: [],
    hears: [ALL_EVENTS_SUBJECT, messageDelta.subject],
    remembers: VISITORS_STREAM,
    consumes: [],
    gathersReports: true,
  },
  state: {
    asks: requestsOf("state"),
    publishes: [ALL_EVENTS_SUBJECT],
    hears: [],
    // Erased entries are removed from the stream, too.
    keeps: { stream: EVENTS_STREAM, removes: true },
    consumes: [TICKS],
    gathersReports: false,
  },
  loop: {
    asks: requestsOf("loop"),
    publishes: [LOOP_TICKED.subject],
    hears: [ALL_EVENTS_SUBJECT],
    keeps: { stream: LOOP_STREAM, removes: false },
    consumes: [],
    gathersReports: true,
    lease: "loop",
  },
  ai: {
    asks: requestsOf("ai"),
    publishes: [messageDelta.subject],
    hears: [],
    consumes: [TICKS],
    gathersReports: true,
  },
  auth: {
    asks: requestsOf("auth"),
    publishes: [],
    hears: [],
    consumes: [TICKS],
    gathersReports: false,
  },
};
