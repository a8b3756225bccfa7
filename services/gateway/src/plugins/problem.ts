import type { ErrorCode, ErrorDetail } from "@vega/contracts";
import { ERROR_STATUS, VegaError } from "@vega/contracts";
import { STATUS_CODES } from "node:http";

/** A problem document (RFC 9457) with VEGA's code, and `error` for legacy clients. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly error: string;
  readonly request_id: string;
  readonly errors?: readonly ErrorDetail[];
  /** Seconds until a retry makes sense. */
  readonly retry_after?: number;
}

export const PROBLEM_MEDIA_TYPE = "application/problem+json; charset=utf-8";

const CODE_OF_STATUS: ReadonlyMap<number, ErrorCode> = new Map(
  (
    ["invalid", "not_found", "method_not_allowed", "too_large", "unsupported_media_type"] as const
  ).map((code) => [ERROR_STATUS[code], code]),
);

/** Seconds until a retry makes sense. */
const RETRY_AFTER_SECONDS = 1;

export function makeProblem(
  status: number,
  code: ErrorCode,
  detail: string,
  requestId: string,
  errors: readonly ErrorDetail[] = [],
): Problem {
  return {
    type: `urn:vega:error:${code}`,
    title: STATUS_CODES[status] ?? "Error",
    status,
    detail,
    code,
    error: detail,
    request_id: requestId,
    ...(errors.length > 0 && { errors }),
  };
}

/** The problem document of an error: details of client errors, nothing internal. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof VegaError && error.code !== "internal") {
    const problem = makeProblem(error.status, error.code, error.message, requestId, error.details);
    const { retryAfterSeconds = problem.status === 503 ? RETRY_AFTER_SECONDS : undefined } = error;
    return retryAfterSeconds === undefined
      ? problem
      : { ...problem, retry_after: retryAfterSeconds };
  }
  if (error instanceof Error && "statusCode" in error) {
    const { statusCode: status, message } = error;
    if (typeof status === "number" && status >= 400 && status < 500) {
      return makeProblem(status, CODE_OF_STATUS.get(status) ?? "invalid", message, requestId);
    }
  }
  return makeProblem(
    500,
    "internal",
    "internal error; the log has details under this request id",
    requestId,
  );
}

/** Headers of a problem document. */
export function problemHeaders(problem: Problem): Record<string, string> {
  return {
    "content-type": PROBLEM_MEDIA_TYPE,
    ...(problem.retry_after !== undefined && { "retry-after": String(problem.retry_after) }),
    ...(problem.status === 401 && { "www-authenticate": "Bearer" }),
  };
}
