/** What a process with subscribers is told. */
export type CrowdCommand =
  /** Opens so many streams from this address. Answered by {@link Opened}. */
  | { readonly open: { readonly url: string; readonly clients: number; readonly from: string } }
  /** Cuts all connections; answered by `{ cut: true }`. All come back by themselves, as `come` says. */
  | { readonly cut: Come }
  /** From now on connections are cut by others; nothing is answered. */
  | { readonly expectCut: Come }
  /** Answered by {@link Told} when each subscriber was told this sequence, or the time is over. */
  | { readonly told: number; readonly withinMs: number }
  /** Answered by {@link CrowdReport}; what was noted is forgotten. */
  | { readonly report: readonly number[] };

/** When those come back whose connection was cut: at once, or after the time that their stream named (`retry`). */
export type Come = "at once" | "after retry";

export interface Opened {
  readonly opened: number;
}

export interface Told {
  /** The subscribers that were told. */
  readonly toldTo: number;
}

/** Times in milliseconds since the epoch, with fractions. */
export interface CrowdReport {
  /** For each sequence that was asked for, when each subscriber got it. */
  readonly arrivals: readonly (readonly number[])[];
  /** When each cut subscriber was greeted again by its stream. */
  readonly backAt: readonly number[];
  /** Connections that were refused or broke before they were greeted. */
  readonly triedAgain: number;
  /** Gaps, doubles, resyncs; ten at most. */
  readonly faults: readonly string[];
  readonly faultCount: number;
  /** Processor time of this process so far, milliseconds. */
  readonly cpuMs: number;
}
