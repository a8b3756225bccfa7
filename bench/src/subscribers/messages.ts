/** Commands for a process with subscribers. */
export type SubscriberCommand =
  /** Opens event streams from a local address. The reply is {@link Opened}. */
  | { readonly open: { readonly url: string; readonly clients: number; readonly from: string } }
  /** Cuts all connections; the reply is `{ cut: true }`. All subscribers reconnect. */
  | { readonly cut: Reconnect }
  /** The gateway will cut the connections; no reply. */
  | { readonly expectCut: Reconnect }
  /** The reply is {@link Received}, when each subscriber has received this sequence or after the timeout. */
  | { readonly awaitSequence: number; readonly timeoutMs: number }
  /** The reply is a {@link SubscriberReport}; the recorded events are discarded. */
  | { readonly report: readonly number[] };

/** When a cut subscriber reconnects: at once, or after the delay that its stream named (`retry`). */
export type Reconnect = "at once" | "after retry";

export interface Opened {
  readonly opened: number;
}

export interface Received {
  /** The number of subscribers that have received the sequence. */
  readonly receivedBy: number;
}

/** Times in milliseconds since the epoch, with fractions. */
export interface SubscriberReport {
  /** For each sequence of the command. */
  readonly arrivals: readonly Arrival[];
  /** When each cut subscriber received `connected` again. */
  readonly backAt: readonly number[];
  /** Connections that were refused or broke before `connected`. */
  readonly triedAgain: number;
  /** Gaps, duplicates, resyncs, broken streams; ten at most. */
  readonly faults: readonly string[];
  readonly faultCount: number;
  /** Processor time of this process so far, milliseconds. */
  readonly cpuMs: number;
}

export interface Arrival {
  /** The time of the log entry, whole milliseconds; NaN where no subscriber received it. */
  readonly loggedAt: number;
  /** By subscriber. */
  readonly receivedAt: readonly number[];
}
