/** Timeouts and retries of one model. Times in milliseconds. */
export interface Limits {
  /** Timeout of the connection. */
  readonly connectMs: number;
  /** Timeout from the start of the call to the first token. */
  readonly firstTokenMs: number;
  /** Timeout between tokens. */
  readonly idleMs: number;
  /** Calls of one model for one completion, beyond the first. */
  readonly retries: number;
  /** The longest Retry-After that is waited for; beyond it the next model is called. */
  readonly maxRetryAfterMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  connectMs: 5_000,
  firstTokenMs: 10_000,
  idleMs: 30_000,
  retries: 2,
  maxRetryAfterMs: 30_000,
};

/** Timeout of the first token of a model nearby that no other follows: it may have to be loaded, or read a long prompt. */
export const LOADING_FIRST_TOKEN_MS = 300_000;

const BACK_OFF_MS = 500;
const MAX_BACK_OFF_MS = 8_000;

/**
 * Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @param retry from 0
 * @param random from 0 up to 1
 */
export const backOffMs = (retry: number, random: number): number =>
  random * Math.min(MAX_BACK_OFF_MS, BACK_OFF_MS * 2 ** retry);
