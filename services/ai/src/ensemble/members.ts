import type { OrchestraSeat } from "@vega/contracts";
import { createMessageAccumulator } from "@vega/contracts";
import type { CompletionEvent, CompletionOptions } from "../failover/complete.ts";
import type { Target } from "../failover/target.ts";
import { targetKey } from "../failover/target.ts";
import type { ChatRequest, ModelEvent, Usage } from "../models/language-model.ts";
import { estimateUsage, tokensOf } from "../models/usage.ts";

export interface EnsembleDependencies {
  readonly complete: (
    request: ChatRequest,
    options: Pick<CompletionOptions, "chain" | "signal" | "buffered" | "needsText">,
  ) => AsyncIterable<CompletionEvent>;
  /** USD; undefined: no price is known. */
  readonly cost: (provider: string, model: string, usage: Usage) => number | undefined;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

export interface Member {
  /** Model name from the configuration. */
  readonly name: string;
  readonly chain: readonly Target[];
  readonly perspective: string | undefined;
}

/** Outcome of one member or of the aggregator. */
export interface MemberResult {
  readonly text: string;
  readonly model: string | null;
  readonly usage: Usage | undefined;
  /** `usage` is an estimate: the provider reported none. */
  readonly estimated: boolean;
  readonly cost: number | undefined;
  readonly ms: number;
  readonly firstMs: number | null;
  readonly error: unknown;
}

/** Calls a chain, forwards its text deltas and returns the result. Never throws. */
export async function* streamMember(
  dependencies: EnsembleDependencies,
  request: ChatRequest,
  chain: readonly Target[],
  signal: AbortSignal,
  buffered = false,
): AsyncGenerator<ModelEvent, MemberResult> {
  const startedAt = dependencies.now();
  let message = createMessageAccumulator();
  let servedBy: { provider: string; model: string } | undefined;
  let usage: Usage | undefined;
  let firstMs: number | null = null;
  let error: unknown;
  const options = { chain, signal, buffered, needsText: true };
  try {
    for await (const event of dependencies.complete(request, options)) {
      if (event.kind === "started") servedBy = { provider: event.provider, model: event.model };
      else if (event.kind === "usage") ({ usage } = event);
      else if (event.kind === "restart") message = createMessageAccumulator();
      else if (event.kind === "delta") {
        firstMs ??= Math.round(dependencies.now() - startedAt);
        message.add(event.delta);
        const { content } = event.delta;
        if (typeof content === "string" && content !== "") {
          yield { kind: "delta", delta: { content } };
        }
      }
    }
  } catch (cause) {
    error = cause;
  }
  const text = message.text();
  const called = servedBy ?? chain[0];
  // A cancelled call is still billed for its prompt tokens.
  const estimated = !usage && called !== undefined && (text !== "" || signal.aborted);
  if (estimated) usage = estimateUsage(request, text);
  else if (usage && !tokensOf(usage)) usage = undefined;
  return {
    text,
    model: servedBy ? targetKey(servedBy as Target) : null,
    usage,
    estimated,
    cost: usage && called && dependencies.cost(called.provider, called.model, usage),
    ms: Math.round(dependencies.now() - startedAt),
    firstMs,
    error,
  };
}

/** Calls a chain and collects its completion. Never throws. */
export async function collectMember(
  dependencies: EnsembleDependencies,
  request: ChatRequest,
  chain: readonly Target[],
  signal: AbortSignal,
): Promise<MemberResult> {
  const events = streamMember(dependencies, request, chain, signal, true);
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
  }
}

/** Usage and cost in the form of a report, for members and the aggregator. */
export const spendingOf = ({ usage, estimated, cost }: MemberResult) => ({
  usage: (usage && tokensOf(usage)) ?? null,
  ...(estimated && { estimated }),
  cost_usd: cost ?? null,
});

/** Report of one member with its full text. */
function reportOf(
  { name, perspective }: Member,
  result: MemberResult,
  isLate: boolean,
): OrchestraSeat {
  const { text, model, ms, firstMs, error } = result;
  const failed = error !== undefined || text === "";
  const reason = error instanceof Error ? error.message : "empty completion";
  return {
    seat: name,
    model,
    angle: perspective ?? null,
    status: isLate ? "late" : failed ? "failed" : "answered",
    text: text.toWellFormed(),
    error: isLate ? "deadline or quorum reached first" : failed ? reason.toWellFormed() : null,
    ...spendingOf(result),
    latency_ms: ms,
    first_token_ms: firstMs,
  };
}

/**
 * Calls all members concurrently until the quorum is reached, all have ended, or the deadline is over. The remaining
 * calls are cancelled; their partial texts stay in the reports. Reports are in the order of the members.
 */
export async function callMembers(
  dependencies: EnsembleDependencies,
  members: readonly Member[],
  requestOf: (member: Member) => ChatRequest,
  {
    quorum,
    deadlineMs,
    signal,
  }: { readonly quorum: number; readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<OrchestraSeat[]> {
  const enough = new AbortController();
  const combined = AbortSignal.any([signal, enough.signal]);
  const timer = setTimeout(() => enough.abort(), deadlineMs);
  let completions = 0;
  try {
    return await Promise.all(
      members.map(async (member) => {
        const request = requestOf(member);
        const result = await collectMember(dependencies, request, member.chain, combined);
        const isLate = result.error !== undefined && enough.signal.aborted;
        const report = reportOf(member, result, isLate);
        if (report.status === "answered" && (completions += 1) >= quorum) enough.abort();
        return report;
      }),
    );
  } finally {
    clearTimeout(timer);
  }
}
