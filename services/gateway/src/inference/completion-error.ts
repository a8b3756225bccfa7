import type { ChatFault, ErrorCode } from "@vega/contracts";
import { isErrorCode, VegaError } from "@vega/contracts";

/** A completion failed or broke off. `fault` has the outcome of the models. */
export class CompletionError extends Error {
  readonly fault: ChatFault;

  constructor(fault: ChatFault) {
    super(fault.message);
    // Error groups are stored under this name: one group for each kind and provider.
    this.name = ["AnswerFault", fault.kind, fault.provider].filter(Boolean).join(" ");
    this.fault = fault;
  }
}

const MILLISECONDS = 1_000;

/** The error of a native route. A failure of a model is 503, except where the model refused the request itself. */
export function toVegaError({ fault }: CompletionError): VegaError {
  const { kind, message, of_model, retry_after_ms } = fault;
  const seconds = retry_after_ms === undefined ? undefined : retry_after_ms / MILLISECONDS;
  if (kind === "rate_limited") return VegaError.rateLimited(message, seconds ?? 1);
  const error = new VegaError(codeOf(kind, of_model), message);
  if (seconds !== undefined) error.retryAfterSeconds = Math.max(1, Math.ceil(seconds));
  return error;
}

function codeOf(kind: string, ofModel: boolean): ErrorCode {
  if (!ofModel) return isErrorCode(kind) ? kind : "internal";
  const isRefused = ["invalid", "content_filter", "context_too_long"].includes(kind);
  return isRefused ? "invalid" : "unavailable";
}
