/** Every error code of the platform with the HTTP status it answers with. */
export const ERROR_STATUS = {
  invalid: 400,
  unauthorized: 401,
  /** A budget does not allow it; nothing was asked of any provider. */
  budget_exceeded: 402,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  /** It was there once: entries of the log that were thinned out, and the state as of then. */
  gone: 410,
  /** What is asked for belongs to a module that is turned off. */
  module_off: 409,
  too_large: 413,
  unsupported_media_type: 415,
  limit_exceeded: 422,
  /** The Idempotency-Key was used with another request. */
  key_reused: 422,
  /** Too many tries; the error says after how many seconds to come back. */
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  /** No answer in time: the outcome of a command is unknown. 503, since trying again is what to do. */
  timeout: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_STATUS, code);
}

/** One fault of one input value: `path` as a JSON pointer, `message` says what to do. */
export interface ErrorDetail {
  path: string;
  message: string;
}

/** The one typed error: thrown by a handler, carried over the bus, rebuilt at the caller, shown as problem+json. */
export class VegaError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetail[];
  /** Seconds after which trying again makes sense, where it is known. */
  retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetail[] = [], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "VegaError";
    this.code = code;
    this.details = details;
  }

  /** @param seconds until trying again makes sense */
  static rateLimited(message: string, seconds: number): VegaError {
    const error = new VegaError("rate_limited", message);
    error.retryAfterSeconds = Math.max(1, Math.ceil(seconds));
    return error;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}
