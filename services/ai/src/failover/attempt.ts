import type { FaultKind } from "../models/language-model.ts";
import type { CallEnd } from "./call.ts";
import type { Target } from "./target.ts";

/** One call that was made for an answer, as it is recorded. Plain JSON. */
export type Attempt = {
  readonly provider: string;
  readonly model: string;
  /** ISO 8601 */
  readonly started_at: string;
  readonly ms: number;
  readonly first_token_ms: number | null;
  /** `skipped`: it was not called, since it had failed often enough lately. */
  readonly outcome: "complete" | "failed" | "cancelled" | "skipped";
  readonly fault: FaultKind | null;
  /** Of the provider's answer. */
  readonly status: number | null;
  readonly message: string | null;
};

/** @param startedAt and `now`: milliseconds since the epoch */
export function attemptOf(target: Target, startedAt: number, now: number, end: CallEnd): Attempt {
  const { fault, firstTokenAt } = end;
  return {
    provider: target.provider,
    model: target.model,
    started_at: new Date(startedAt).toISOString(),
    ms: round(now - startedAt),
    first_token_ms: firstTokenAt === undefined ? null : round(firstTokenAt - startedAt),
    outcome: fault ? (fault.kind === "cancelled" ? "cancelled" : "failed") : "complete",
    fault: fault?.kind ?? null,
    status: fault?.status ?? null,
    message: fault?.message ?? null,
  };
}

export function skipped(target: Target, now: number, message: string): Attempt {
  const end = { fault: undefined, departed: false, firstTokenAt: undefined };
  return { ...attemptOf(target, now, now, end), outcome: "skipped", message };
}

const round = (ms: number) => Math.round(ms * 10) / 10;
