/** What the process with the subscribers is told. */
export type SseCommand =
  /** Opens so many streams. Answered by `{ open: true }`. */
  | { readonly open: { readonly url: string; readonly clients: number } }
  /** Answered by a {@link SseReport} on these sequences. */
  | { readonly report: readonly number[] };

/** Every client has received the event with this sequence. */
export interface Delivered {
  readonly delivered: number;
}

/** Times in milliseconds since the epoch, with fractions. */
export interface SseReport {
  readonly deliveries: readonly {
    readonly sequence: number;
    /** When the entry of the log was decided, whole milliseconds. */
    readonly loggedAt: number;
    /** By client. */
    readonly receivedAt: readonly number[];
  }[];
  /** Gaps, doubles and streams that broke. */
  readonly faults: readonly string[];
}

/** One clock for all processes of this machine. */
export const clock = () => performance.timeOrigin + performance.now();
