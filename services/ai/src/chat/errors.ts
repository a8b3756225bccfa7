import type { ChatFault } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import { ModelError } from "../models/language-model.ts";

/** What callers are told of a fault; undefined for what is our own and nobody else's business. */
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
