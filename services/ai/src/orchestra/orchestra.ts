import type { Orchestra, OrchestraMode, OrchestraSeat } from "@vega/contracts";
import type { Target } from "../chain/target.ts";
import type { ChatRequest, LanguageModel, ModelEvent, Usage } from "../language-model.ts";
import { ModelFault } from "../language-model.ts";
import { LOCAL } from "../providers/kinds.ts";
import { ANGLES, angleMessage, choiceIn, judgementOf, sideBySide, synthesisOf } from "./prompts.ts";
import type { Asking, Seat, Spoken } from "./seats.ts";
import { askSeats, listenTo } from "./seats.ts";

/** An ensemble, ready to play. */
export interface Ensemble {
  readonly name: string;
  readonly seats: readonly Seat[];
  /** Who puts the answers together, or chooses. */
  readonly conductor: readonly Target[];
  readonly mode: OrchestraMode;
  readonly deadlineMs: number;
  /** Answers that are enough. */
  readonly quorum: number;
}

type Totals = Pick<Usage, "prompt_tokens" | "completion_tokens" | "total_tokens">;

/** Several models as one. What is kept of each is told as an event of its own before the end. */
export function createOrchestra(ensemble: Ensemble, asking: Asking): LanguageModel {
  return {
    async *stream(request, signal, onConnected) {
      onConnected?.();
      yield* play(ensemble, asking, request, signal);
    },
  };
}

async function* play(
  ensemble: Ensemble,
  asking: Asking,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent, void> {
  const from = asking.now();
  const { orchestra: wishes = {}, off, ...plain } = request;
  const mode = wishes.mode ?? ensemble.mode;
  const seats = ensemble.seats.map((seat, at) =>
    seated(seat, wishes.angles ? ANGLES[at % ANGLES.length] : undefined, off),
  );
  const requestOf = ({ angle }: Seat): ChatRequest =>
    angle === undefined ? plain : { ...plain, messages: [...plain.messages, angleMessage(angle)] };
  const { quorum, deadlineMs } = ensemble;
  const heard = await askSeats(asking, seats, requestOf, { quorum, deadlineMs, signal });
  if (signal.aborted) throw new ModelFault("cancelled", "the caller went away");
  const quorumMs = Math.round(asking.now() - from);
  const answers = heard.filter(({ status }) => status === "answered");
  const report = (conductor: Spoken | undefined, chosen: string | null): Orchestra => ({
    ensemble: ensemble.name,
    mode,
    seats: heard,
    quorum_ms: quorumMs,
    conductor: conductor ? conductorOf(conductor) : null,
    chosen,
    cost_usd: costOf(heard, conductor),
  });
  const [first] = answers;
  if (!first) throw silence(report(undefined, null));

  let conductor: Spoken | undefined;
  let chosen: OrchestraSeat | undefined = answers.length === 1 ? first : undefined;
  let said = false;
  if (!chosen && mode === "synthesise") {
    const messages = synthesisOf(plain.messages, answers);
    const gathered = { text: "" };
    const asked = { ...plain, options: withoutShape(plain), messages };
    const started = asking.now();
    try {
      for await (const event of asking.answer(asked, { chain: ensemble.conductor, signal })) {
        if (event.kind === "delta" && typeof event.delta.content === "string") {
          gathered.text += event.delta.content;
          said ||= event.delta.content !== "";
          yield { kind: "delta", delta: { content: event.delta.content } };
        } else if (event.kind === "usage" || event.kind === "started") {
          conductor = noted(conductor, event, asking, started);
        }
      }
    } catch (error) {
      // Before its first word anybody can step in for the conductor; after it nobody can.
      if (said || signal.aborted) throw error;
    }
    conductor &&= { ...conductor, text: gathered.text, ms: Math.round(asking.now() - started) };
  } else if (!chosen && mode === "best_of") {
    const asked = { ...plain, options: {}, messages: judgementOf(plain.messages, answers) };
    conductor = await listenTo(asking, asked, ensemble.conductor, signal);
    if (signal.aborted) throw new ModelFault("cancelled", "the caller went away");
    // Without a judgement that names one, the seats' own order is one.
    chosen = choiceIn(conductor.text, answers) ?? first;
  }
  if (!said)
    yield { kind: "delta", delta: { content: chosen ? chosen.text : sideBySide(answers) } };
  yield { kind: "orchestra", report: report(conductor, chosen?.seat ?? null) };
  yield { kind: "finish", reason: "stop" };
  yield { kind: "usage", usage: usageOf(heard, conductor) };
}

/** A seat with its view. One of a model whose module is off stays empty, which its report tells. */
const seated = (
  { name, chain }: Seat,
  angle: string | undefined,
  off: ReadonlySet<string> | undefined,
): Seat => ({
  name,
  angle,
  chain: off?.has("playbox") ? chain.filter(({ provider }) => provider !== LOCAL) : chain,
});

/** Tools and formats are for the seats: what is put together is text. */
function withoutShape({ options }: ChatRequest): ChatRequest["options"] {
  const { tools: _, tool_choice: __, ...rest } = options;
  return rest;
}

function noted(
  before: Spoken | undefined,
  event: { kind: "usage"; usage: Usage } | { kind: "started"; provider: string; model: string },
  asking: Asking,
  started: number,
): Spoken {
  const known = before ?? {
    text: "",
    model: null,
    usage: undefined,
    cost: undefined,
    ms: 0,
    firstMs: Math.round(asking.now() - started),
    fault: undefined,
  };
  if (event.kind === "started") return { ...known, model: `${event.provider}/${event.model}` };
  const [provider = "", ...model] = (known.model ?? "").split("/");
  return {
    ...known,
    usage: event.usage,
    cost: asking.cost(provider, model.join("/"), event.usage),
  };
}

const conductorOf = ({ model, usage, cost, ms }: Spoken): Orchestra["conductor"] => ({
  model: model ?? "",
  usage: usage
    ? { prompt_tokens: usage.prompt_tokens, completion_tokens: usage.completion_tokens }
    : null,
  cost_usd: cost ?? null,
  latency_ms: ms,
});

function costOf(seats: readonly OrchestraSeat[], conductor: Spoken | undefined): number | null {
  const costs = [...seats.map(({ cost_usd }) => cost_usd), conductor?.cost ?? null];
  const known = costs.filter((cost) => cost !== null);
  return known.length === 0 ? null : known.reduce((sum, cost) => sum + cost, 0);
}

/** Of all that was asked: that is what it takes. */
function usageOf(seats: readonly OrchestraSeat[], conductor: Spoken | undefined): Totals {
  const all = [...seats.map(({ usage }) => usage), conductor?.usage ?? null];
  const prompt_tokens = all.reduce((sum, usage) => sum + (usage?.prompt_tokens ?? 0), 0);
  const completion_tokens = all.reduce((sum, usage) => sum + (usage?.completion_tokens ?? 0), 0);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

function silence(report: Orchestra): ModelFault {
  const why = report.seats.map(({ seat, error }) => `${seat}: ${error ?? ""}`).join("; ");
  return new ModelFault("unavailable", `no seat answered (${why})`, { orchestra: report });
}
