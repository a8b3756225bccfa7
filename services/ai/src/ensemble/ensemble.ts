import type { Orchestra, OrchestraMode, OrchestraSeat } from "@vega/contracts";
import type { Target } from "../failover/target.ts";
import { addSystemTexts } from "../models/system-message.ts";
import type { ChatRequest, LanguageModel, ModelEvent } from "../models/language-model.ts";
import { ModelError } from "../models/language-model.ts";
import { LOCAL } from "../providers/kinds.ts";
import { sumOf } from "../models/usage.ts";
import {
  PERSPECTIVES,
  choiceIn,
  judgementOf,
  perspectiveText,
  sideBySide,
  synthesisOf,
} from "./prompts.ts";
import type { EnsembleDependencies, Member, MemberResult } from "./members.ts";
import { callMembers, collectMember, spendingOf, streamMember } from "./members.ts";

/** Configuration of one ensemble with its chains resolved. */
export interface Ensemble {
  readonly name: string;
  readonly members: readonly Member[];
  /** Chain of the model that merges the members' completions, or picks one. */
  readonly aggregator: readonly Target[];
  readonly mode: OrchestraMode;
  readonly deadlineMs: number;
  /** Number of completions after which the remaining members are cancelled. */
  readonly quorum: number;
}

/** Several models behind the interface of one. Emits a report of all members before its end or its error. */
export function createEnsembleModel(
  ensemble: Ensemble,
  dependencies: EnsembleDependencies,
): LanguageModel {
  return {
    async *stream(request, signal, progress) {
      progress?.connected();
      yield* runEnsemble(ensemble, dependencies, request, signal);
    },
  };
}

async function* runEnsemble(
  ensemble: Ensemble,
  dependencies: EnsembleDependencies,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent, void> {
  const startedAt = dependencies.now();
  const { orchestra: overrides = {}, disabled, ...plain } = request;
  const mode = overrides.mode ?? ensemble.mode;
  const members = ensemble.members.map(({ name, chain }, at) => ({
    name,
    chain: allowed(chain, disabled),
    perspective: overrides.angles ? PERSPECTIVES[at % PERSPECTIVES.length] : undefined,
  }));
  const requestOf = ({ perspective }: Member): ChatRequest =>
    perspective === undefined
      ? plain
      : { ...plain, messages: addSystemTexts(plain.messages, [perspectiveText(perspective)]) };
  const { quorum, deadlineMs } = ensemble;
  const limits = { quorum, deadlineMs, signal };
  const reports = await callMembers(dependencies, members, requestOf, limits);
  const quorum_ms = Math.round(dependencies.now() - startedAt);
  const completions = reports.filter(({ status }) => status === "answered");
  let aggregated: MemberResult | undefined;
  let chosen = unanimous(completions, mode);
  const report = (): ModelEvent => ({
    kind: "orchestra",
    report: {
      ensemble: ensemble.name,
      mode,
      seats: reports.map((one) => ({ ...one, text: truncated(one.text, reports.length) })),
      quorum_ms,
      conductor: aggregated ? aggregatorReport(aggregated) : null,
      chosen: chosen?.seat ?? null,
      cost_usd: spending().cost_usd,
    },
  });
  const spending = () => sumOf([...reports, ...(aggregated ? [spendingOf(aggregated)] : [])]);
  const aggregatorChain = allowed(ensemble.aggregator, disabled);
  try {
    if (signal.aborted) throw cancelled();
    const [first] = completions;
    if (!first) throw noCompletion(reports);
    if (!chosen && mode === "synthesise") {
      const messages = synthesisOf(plain.messages, completions);
      const synthesis = { ...plain, options: withoutTools(plain), messages };
      aggregated = yield* streamMember(dependencies, synthesis, aggregatorChain, signal);
      // The members' texts replace an aggregator that failed before its first delta; later is too late.
      if (aggregated.error && (aggregated.text !== "" || signal.aborted)) throw aggregated.error;
    } else if (!chosen && mode === "best_of") {
      const judgement = {
        ...plain,
        options: {},
        messages: judgementOf(plain.messages, completions),
      };
      aggregated = await collectMember(dependencies, judgement, aggregatorChain, signal);
      if (signal.aborted) throw cancelled();
      // A judgement that names no member selects the first one in configured order.
      chosen = choiceIn(aggregated.text, completions) ?? first;
    }
    if (mode !== "synthesise" || !aggregated?.text)
      yield { kind: "delta", delta: { content: chosen ? chosen.text : sideBySide(completions) } };
  } catch (error) {
    // Members' completions were paid for: they are recorded however the ensemble ends.
    yield report();
    throw error;
  }
  yield report();
  yield { kind: "finish", reason: "stop" };
  const { prompt_tokens, completion_tokens } = spending();
  const total_tokens = prompt_tokens + completion_tokens;
  yield { kind: "usage", usage: { prompt_tokens, completion_tokens, total_tokens } };
}

/** Without the local provider while the module `playbox` is disabled; the member then fails with an empty chain. */
const allowed = (chain: readonly Target[], disabled: ReadonlySet<string> | undefined) =>
  disabled?.has("playbox") ? chain.filter(({ provider }) => provider !== LOCAL) : chain;

/** The completion that needs no aggregation: the only one, or one equal to all others. */
function unanimous(completions: readonly OrchestraSeat[], mode: OrchestraMode) {
  const [first, ...others] = completions;
  const areEqual = others.every(({ text }) => text.trim() === first?.text.trim());
  return others.length === 0 || (areEqual && mode !== "side_by_side") ? first : undefined;
}

/** Stored characters of one member's text and of all: the report is part of a stored message. */
const MAX_TEXT = 64 * 1024;
const MAX_ALL_TEXTS = 256 * 1024;

const truncated = (text: string, members: number): string =>
  text.slice(0, Math.min(MAX_TEXT, Math.floor(MAX_ALL_TEXTS / members))).toWellFormed();

const cancelled = () => new ModelError("cancelled", "the call was cancelled");

/** Tools are for the members: the aggregator writes text. */
function withoutTools({ options }: ChatRequest): ChatRequest["options"] {
  const { tools: _, tool_choice: __, ...rest } = options;
  return rest;
}

const aggregatorReport = (aggregated: MemberResult): Orchestra["conductor"] => ({
  model: aggregated.model ?? "",
  ...spendingOf(aggregated),
  latency_ms: aggregated.ms,
});

function noCompletion(reports: readonly OrchestraSeat[]): ModelError {
  const reasons = reports.map(({ seat, error }) => `${seat}: ${error ?? ""}`).join("; ");
  return new ModelError("unavailable", `no member of the ensemble answered (${reasons})`);
}
