import type { Orchestra, OrchestraMode, OrchestraSeat } from "@vega/contracts";
import type { Target } from "../failover/target.ts";
import type { ChatRequest, LanguageModel, ModelEvent } from "../models/language-model.ts";
import { ModelFault } from "../models/language-model.ts";
import { LOCAL } from "../providers/kinds.ts";
import { sumOf } from "../models/usage.ts";
import { ANGLES, angleMessage, choiceIn, judgementOf, sideBySide, synthesisOf } from "./prompts.ts";
import type { Asking, Seat, Spoken } from "./members.ts";
import { askSeats, listenTo, paidFor, speak } from "./members.ts";

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

/** Several models as one. What is kept of each is told as an event of its own, however it ends. */
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
  const seats = ensemble.seats.map(({ name, chain }, at) => ({
    name,
    chain: allowed(chain, off),
    angle: wishes.angles ? ANGLES[at % ANGLES.length] : undefined,
  }));
  const requestOf = ({ angle }: Seat): ChatRequest =>
    angle === undefined ? plain : { ...plain, messages: [...plain.messages, angleMessage(angle)] };
  const { quorum, deadlineMs } = ensemble;
  const heard = await askSeats(asking, seats, requestOf, { quorum, deadlineMs, signal });
  const quorum_ms = Math.round(asking.now() - from);
  const answers = heard.filter(({ status }) => status === "answered");
  let conductor: Spoken | undefined;
  let chosen = spokesman(answers, mode);
  const report = (): ModelEvent => ({
    kind: "orchestra",
    report: {
      ensemble: ensemble.name,
      mode,
      seats: heard.map((seat) => ({ ...seat, text: kept(seat.text, heard.length) })),
      quorum_ms,
      conductor: conductor ? conductorOf(conductor) : null,
      chosen: chosen?.seat ?? null,
      cost_usd: spent().cost_usd,
    },
  });
  const spent = () => sumOf([...heard, ...(conductor ? [paidFor(conductor)] : [])]);
  const conducting = allowed(ensemble.conductor, off);
  try {
    if (signal.aborted) throw cancelled();
    const [first] = answers;
    if (!first) throw silence(heard);
    if (!chosen && mode === "synthesise") {
      const messages = synthesisOf(plain.messages, answers);
      const asked = { ...plain, options: withoutShape(plain), messages };
      conductor = yield* speak(asking, asked, conducting, signal);
      // Before its first word anybody can step in for the conductor; after it nobody can.
      if (conductor.fault && (conductor.text !== "" || signal.aborted)) throw conductor.fault;
    } else if (!chosen && mode === "best_of") {
      const asked = { ...plain, options: {}, messages: judgementOf(plain.messages, answers) };
      conductor = await listenTo(asking, asked, conducting, signal);
      if (signal.aborted) throw cancelled();
      // Without a judgement that names one, the seats' own order is one.
      chosen = choiceIn(conductor.text, answers) ?? first;
    }
    if (mode !== "synthesise" || !conductor?.text)
      yield { kind: "delta", delta: { content: chosen ? chosen.text : sideBySide(answers) } };
  } catch (fault) {
    // What has been said is kept and paid for, whatever became of it.
    yield report();
    throw fault;
  }
  yield report();
  yield { kind: "finish", reason: "stop" };
  // Of all that was asked: that is what it takes.
  const { prompt_tokens, completion_tokens } = spent();
  const total_tokens = prompt_tokens + completion_tokens;
  yield { kind: "usage", usage: { prompt_tokens, completion_tokens, total_tokens } };
}

/** A model whose module is off is not asked: its seat stays empty, which its report tells. */
const allowed = (chain: readonly Target[], off: ReadonlySet<string> | undefined) =>
  off?.has("playbox") ? chain.filter(({ provider }) => provider !== LOCAL) : chain;

/** Who speaks for all without anybody having to choose: who answered alone, or says what all say. */
function spokesman(answers: readonly OrchestraSeat[], mode: OrchestraMode) {
  const [first, ...others] = answers;
  const alike = others.every(({ text }) => text.trim() === first?.text.trim());
  return others.length === 0 || (alike && mode !== "side_by_side") ? first : undefined;
}

/** Characters of one seat's text that are kept, and of all seats: the report has to fit beside the answer. */
const LONGEST = 64 * 1024;
const LONGEST_OF_ALL = 256 * 1024;

const kept = (text: string, seats: number): string =>
  text.slice(0, Math.min(LONGEST, Math.floor(LONGEST_OF_ALL / seats))).toWellFormed();

const cancelled = () => new ModelFault("cancelled", "the caller went away");

/** Tools and formats are for the seats: what is put together is text. */
function withoutShape({ options }: ChatRequest): ChatRequest["options"] {
  const { tools: _, tool_choice: __, ...rest } = options;
  return rest;
}

const conductorOf = (conductor: Spoken): Orchestra["conductor"] => ({
  model: conductor.model ?? "",
  ...paidFor(conductor),
  latency_ms: conductor.ms,
});

function silence(seats: readonly OrchestraSeat[]): ModelFault {
  const why = seats.map(({ seat, error }) => `${seat}: ${error ?? ""}`).join("; ");
  return new ModelFault("unavailable", `no seat answered (${why})`);
}
