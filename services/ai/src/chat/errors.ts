import type { ChatFault } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import { ModelError } from "../models/language-model.ts";

/** An error in the form of the gRPC contract; undefined for internal errors, which are not disclosed. */
export function toChatFault(error: unknown): ChatFault | undefined {
  if (error instanceof ModelError) {
    const { kind, message, status, retryAfterMs, provider } = error;
    return {
      kind,
      message,
      of_model: true,
      ...(status !== undefined && { status }),
      ...(provider !== undefined && { provider }),
      ...(retryAfterMs !== undefined && { retry_after_ms: Math.ceil(retryAfterMs) }),
    };
  }
  if (!(error instanceof VegaError) || error.code === "internal") return undefined;
  const { code, message, details, retryAfterSeconds } = error;
  const param = details[0]?.path;
  return {
    kind: code,
    message,
    of_model: false,
    ...(param && { param }),
    ...(retryAfterSeconds !== undefined && { retry_after_ms: retryAfterSeconds * 1_000 }),
  };
}
