import type { ModelErrorKind } from "../models/language-model.ts";
import type { CallEnd } from "./call.ts";
import type { Target } from "./target.ts";

/** Stored record of one provider call. Plain JSON. */
export type Attempt = {
  readonly provider: string;
  readonly model: string;
  /** ISO 8601 */
  readonly started_at: string;
  readonly ms: number;
  readonly first_token_ms: number | null;
  /** `skipped`: not called, since its circuit breaker was open or the provider's Retry-After too long. */
  readonly outcome: "complete" | "failed" | "cancelled" | "skipped";
  readonly fault: ModelErrorKind | null;
  /** HTTP status of the provider's response. */
  readonly status: number | null;
  readonly message: string | null;
};

/** @param startedAt and `now`: milliseconds since the epoch */
export function attemptOf(
  target: Target,
  startedAt: number,
  now: number,
  end: Pick<CallEnd, "error" | "firstTokenAt">,
): Attempt {
  const { error, firstTokenAt } = end;
  return {
    provider: target.provider,
    model: target.model,
    started_at: new Date(startedAt).toISOString(),
    ms: round(now - startedAt),
    first_token_ms: firstTokenAt === undefined ? null : round(firstTokenAt - startedAt),
    outcome: error ? (error.kind === "cancelled" ? "cancelled" : "failed") : "complete",
    fault: error?.kind ?? null,
    status: error?.status ?? null,
    message: error?.message ?? null,
  };
}

export function skipped(target: Target, now: number, message: string): Attempt {
  const end = { error: undefined, firstTokenAt: undefined };
  return { ...attemptOf(target, now, now, end), outcome: "skipped", message };
}

const round = (ms: number) => Math.round(ms * 10) / 10;
