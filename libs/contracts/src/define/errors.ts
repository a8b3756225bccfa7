/** Every error code of the platform with the HTTP status it answers with. */
export const ERROR_STATUS = {
  invalid: 400,
  unauthorized: 401,
  /** A budget does not allow it; no provider was called. */
  budget_exceeded: 402,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  /** Compacted entries of the log, and the state as of then. */
  gone: 410,
  /** The module of the capability is off. */
  module_off: 409,
  /** The resource is not in the state that the request names, such as by If-Match. */
  precondition_failed: 412,
  too_large: 413,
  unsupported_media_type: 415,
  limit_exceeded: 422,
  /** The request has to name the state that it changes, by If-Match. */
  precondition_required: 428,
  /** The Idempotency-Key was used with another request. */
  key_reused: 422,
  /** Too many attempts; `Retry-After` says when to retry. */
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
  /** No reply in time: the outcome of a command is unknown. 503, since a retry is the remedy. */
  timeout: 503,
  /** Free disk space or the quota of the system would be exceeded; nothing was stored. */
  insufficient_storage: 507,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_STATUS, code);
}

/** One fault of one input value: `path` as a JSON pointer, `message` with the remedy. */
export interface ErrorDetail {
  path: string;
  message: string;
}

/** The one typed error: thrown by a handler, carried over the bus, rebuilt at the caller, shown as problem+json. */
export class VegaError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetail[];
  /** Seconds until a retry makes sense, where known. */
  retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetail[] = [], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "VegaError";
    this.code = code;
    this.details = details;
  }

  /** @param seconds until a retry makes sense */
  static rateLimited(message: string, seconds: number): VegaError {
    const error = new VegaError("rate_limited", message);
    error.retryAfterSeconds = Math.max(1, Math.ceil(seconds));
    return error;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}
