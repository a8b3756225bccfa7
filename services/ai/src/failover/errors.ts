import { ModelError } from "../models/language-model.ts";
import type { Target } from "./target.ts";
import { targetKey } from "./target.ts";

/** An error with the name of its target: a chain has several. */
export function namedAfter(error: ModelError, target: Target): ModelError {
  const { kind, message, status, retryAfterMs, code, parameter, cause } = error;
  if (kind === "cancelled") return error;
  return new ModelError(kind, `${targetKey(target)}: ${message}`, {
    provider: target.provider,
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(code !== undefined && { code }),
    ...(parameter !== undefined && { parameter }),
    cause,
  });
}

/** The error of a chain: the last failure, and the first one where that is another. */
export function withFirstCause(last: ModelError, first: ModelError | undefined): ModelError {
  if (!first || first.message === last.message || last.kind === "cancelled") return last;
  const { kind, message, status, retryAfterMs, provider, cause } = last;
  return new ModelError(kind, `${message} (the first failure: ${first.message})`, {
    provider,
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    cause,
  });
}

export function breakerOpenError(
  target: Target,
  reason: string,
  isRateLimited: boolean,
  waitMs: number,
): ModelError {
  const kind = isRateLimited ? "rate_limited" : "unavailable";
  const message = `${targetKey(target)} was skipped: ${reason}`;
  return new ModelError(kind, message, { retryAfterMs: waitMs, provider: target.provider });
}

/** The error of a completion of which the caller has a part. */
export function interrupted(cause: ModelError): ModelError {
  if (cause.kind === "cancelled" || cause.kind === "content_filter") return cause;
  // Already wrapped by an inner chain, such as an aggregator's.
  if (cause.cause instanceof ModelError) return cause;
  const message = `the completion was interrupted and no model could continue it: ${cause.message}`;
  return new ModelError("broken_stream", message, {
    ...(cause.status !== undefined && { status: cause.status }),
    provider: cause.provider,
    cause,
  });
}
