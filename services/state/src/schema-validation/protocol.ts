import type { ErrorDetail } from "@vega/contracts";

/** What one job may use of its worker thread. */
export interface JobLimits {
  /** Processor time of the thread, ms. The clock alone would blame a schema for a busy machine. */
  readonly cpuMs: number;
  /** Time by the clock from the start of the job, ms; bounds a job that gets no processor time. */
  readonly wallMs: number;
  readonly heapMb: number;
}

export interface Job {
  /** JSON text, which is cheaper to pass between threads than a deep copy. */
  readonly schema: string;
  /** JSON text of an array; null: the schema is only compiled. */
  readonly values: string | null;
}

export type Verdict =
  | { readonly kind: "valid" }
  | { readonly kind: "unusable"; readonly message: string }
  /** `index`: of the first value that does not meet the schema. Paths begin at that value. */
  | { readonly kind: "invalid"; readonly index: number; readonly faults: ErrorDetail[] };

export type Message =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly verdict: Verdict; readonly cpuMs: number };

/** Memory shared by both threads: when the job began. The worker cannot send a message during a job. */
export type JobClock = BigInt64Array<SharedArrayBuffer>;

/** Indexes of JobClock. STARTED: `process.hrtime.bigint()`, or one of the two values below. */
export const STARTED = 0;
/** Processor time of the thread at the start of the job, µs. */
export const CPU_AT_START = 1;
export const NOT_STARTED = 0n;
export const FINISHED = -1n;

export const createJobClock = (): JobClock =>
  new BigInt64Array(new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT));
