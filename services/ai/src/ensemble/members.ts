import type { OrchestraSeat } from "@vega/contracts";
import { createAnswer } from "@vega/contracts";
import type { AnswerEvent, AnswerOptions } from "../failover/failover.ts";
import type { Target } from "../failover/target.ts";
import { targetKey } from "../failover/target.ts";
import type { ChatRequest, ModelEvent, Usage } from "../models/language-model.ts";
import { estimateUsage, tokensOf } from "../models/usage.ts";

/** What seats ask with. */
export interface Asking {
  readonly answer: (
    request: ChatRequest,
    options: Pick<AnswerOptions, "chain" | "signal" | "unheard">,
  ) => AsyncIterable<AnswerEvent>;
  /** USD; undefined where no price is known. */
  readonly cost: (provider: string, model: string, usage: Usage) => number | undefined;
  /** Milliseconds of a clock that does not go backwards. */
  readonly now: () => number;
}

/** A chair, and who answers for it. */
export interface Seat {
  /** As the ensemble names it. */
  readonly name: string;
  readonly chain: readonly Target[];
  readonly angle: string | undefined;
}

/** What one model came to. */
export interface Spoken {
  readonly text: string;
  readonly model: string | null;
  readonly usage: Usage | undefined;
  /** Nobody told the usage. */
  readonly estimated: boolean;
  readonly cost: number | undefined;
  readonly ms: number;
  readonly firstMs: number | null;
  readonly fault: unknown;
}

/** Asks a chain, passes on its text, and says what it came to; never throws. @param unheard of {@link AnswerOptions} */
export async function* speak(
  asking: Asking,
  request: ChatRequest,
  chain: readonly Target[],
  signal: AbortSignal,
  unheard = false,
): AsyncGenerator<ModelEvent, Spoken> {
  const from = asking.now();
  let heard = createAnswer();
  let speaker: { provider: string; model: string } | undefined;
  let usage: Usage | undefined;
  let firstMs: number | null = null;
  let fault: unknown;
  try {
    for await (const event of asking.answer(request, { chain, signal, unheard })) {
      if (event.kind === "started") speaker = { provider: event.provider, model: event.model };
      else if (event.kind === "usage") ({ usage } = event);
      else if (event.kind === "anew") heard = createAnswer();
      else if (event.kind === "delta") {
        firstMs ??= Math.round(asking.now() - from);
        heard.add(event.delta);
        const { content } = event.delta;
        if (typeof content === "string" && content !== "") {
          yield { kind: "delta", delta: { content } };
        }
      }
    }
  } catch (error) {
    fault = error;
  }
  const text = heard.text();
  const asked = speaker ?? chain[0];
  // Who was cut off before the end has read the prompt all the same, and a bill has it.
  const estimated = !usage && asked !== undefined && (text !== "" || signal.aborted);
  if (estimated) usage = estimateUsage(request, text);
  else if (usage && !tokensOf(usage)) usage = undefined;
  return {
    text,
    model: speaker ? targetKey(speaker as Target) : null,
    usage,
    estimated,
    cost: usage && asked && asking.cost(asked.provider, asked.model, usage),
    ms: Math.round(asking.now() - from),
    firstMs,
    fault,
  };
}

/** Asks a chain and gathers its answer; never throws. */
export async function listenTo(
  asking: Asking,
  request: ChatRequest,
  chain: readonly Target[],
  signal: AbortSignal,
): Promise<Spoken> {
  const speech = speak(asking, request, chain, signal, true);
  for (;;) {
    const { done, value } = await speech.next();
    if (done) return value;
  }
}

/** What is told of usage, of a seat as of the conductor. */
export const paidFor = ({ usage, estimated, cost }: Spoken) => ({
  usage: (usage && tokensOf(usage)) ?? null,
  ...(estimated && { estimated }),
  cost_usd: cost ?? null,
});

/** With the whole text, however long it is. */
function seatOf({ name, angle }: Seat, spoken: Spoken, isLate: boolean): OrchestraSeat {
  const { text, model, ms, firstMs, fault } = spoken;
  const failed = fault !== undefined || text === "";
  const whyNot = fault instanceof Error ? fault.message : "it said nothing";
  return {
    seat: name,
    model,
    angle: angle ?? null,
    status: isLate ? "late" : failed ? "failed" : "answered",
    text: text.toWellFormed(),
    error: isLate ? "it was too late" : failed ? whyNot.toWellFormed() : null,
    ...paidFor(spoken),
    latency_ms: ms,
    first_token_ms: firstMs,
  };
}

/**
 * Asks all seats at once until enough have answered, all have ended, or the time is over; the others are cancelled
 * then, and what they had said so far is kept. In the order of the seats.
 */
export async function askSeats(
  asking: Asking,
  seats: readonly Seat[],
  requestOf: (seat: Seat) => ChatRequest,
  {
    quorum,
    deadlineMs,
    signal,
  }: { readonly quorum: number; readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<OrchestraSeat[]> {
  const enough = new AbortController();
  const within = AbortSignal.any([signal, enough.signal]);
  const timer = setTimeout(() => enough.abort(), deadlineMs);
  let answered = 0;
  try {
    return await Promise.all(
      seats.map(async (seat) => {
        const spoken = await listenTo(asking, requestOf(seat), seat.chain, within);
        const isLate = spoken.fault !== undefined && enough.signal.aborted;
        const report = seatOf(seat, spoken, isLate);
        if (report.status === "answered" && (answered += 1) >= quorum) enough.abort();
        return report;
      }),
    );
  } finally {
    clearTimeout(timer);
  }
}
