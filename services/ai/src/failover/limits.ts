/** How long a model is waited for, and how often it is asked. Times in milliseconds. */
export interface Limits {
  /** Until the connection stands. */
  readonly connectMs: number;
  /** From the call to the first token. */
  readonly firstTokenMs: number;
  /** Between tokens. */
  readonly idleMs: number;
  /** Calls after the first one, of one model for one answer. */
  readonly retries: number;
  /** The longest Retry-After that is waited for; beyond it the next model is asked. */
  readonly maxRetryAfterMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  connectMs: 5_000,
  firstTokenMs: 10_000,
  idleMs: 30_000,
  retries: 2,
  maxRetryAfterMs: 30_000,
};

const BACK_OFF_MS = 500;
const LONGEST_BACK_OFF_MS = 8_000;

/**
 * Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @param retry from 0
 * @param random from 0 up to 1
 */
export const backOffMs = (retry: number, random: number): number =>
  random * Math.min(LONGEST_BACK_OFF_MS, BACK_OFF_MS * 2 ** retry);
