import type { ChatFault, ErrorCode } from "@vega/contracts";
import { isErrorCode, VegaError } from "@vega/contracts";

/** There is no answer, or no more of it; what became of the models is in `fault`. */
export class AnswerFault extends Error {
  readonly fault: ChatFault;

  constructor(fault: ChatFault) {
    super(fault.message);
    // Errors are grouped by it, and all of these are made at one place. A provider that is down hides no other's key.
    this.name = ["AnswerFault", fault.kind, fault.provider].filter(Boolean).join(" ");
    this.fault = fault;
  }
}

const MILLISECONDS = 1_000;

/** What a native route answers with. That a model failed is no fault of the request, but that it can't be answered. */
export function toVegaError({ fault }: AnswerFault): VegaError {
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
