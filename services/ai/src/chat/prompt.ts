import type { JsonObject, MessageContent, NewMessage, Prompt } from "@vega/contracts";
import { moduleOff, readMessageId, textOf } from "@vega/contracts";
import type { Target } from "../failover/target.ts";
import { addSystemTexts, joinSystemMessages } from "../models/system-message.ts";
import { filesOf } from "./files.ts";
import { budgetOf, cutToBudget, DEFAULT_WINDOW } from "./fit.ts";
import type { History } from "./history.ts";
import { coveredTo, readHistory } from "./history.ts";
import type { RecalledEntry } from "./memory.ts";
import { memoryText, nameOf, relevantOf } from "./memory.ts";
import type { Merged } from "./merge.ts";
import { isList, merge } from "./merge.ts";
import type { DisabledModules } from "./disabled-modules.ts";
import type { TurnRequest } from "./request.ts";
import { toStored } from "./request.ts";
import { hasLibraryPart } from "../library/parts.ts";
import type { Flags } from "../guard/guard.ts";
import { flagged, guardRequest, guardHistory, guardMemory } from "../guard/guard.ts";
import type { UncoveredHistory } from "./prompt-messages.ts";
import { withoutCovered, withoutOpenCalls } from "./prompt-messages.ts";
import type { Storage } from "./storage.ts";
import { summaryText } from "./summary.ts";
import { atMostTokens, loadTokenCounter } from "./tokens.ts";

export interface PreparedPrompt {
  /** Messages for the model. */
  readonly messages: readonly JsonObject[];
  /** Messages to store before the completion. */
  readonly added: NewMessage[];
  readonly prompt: Prompt;
  /** Title of a new conversation; undefined: the conversation exists. */
  readonly title: string | undefined;
  /** See {@link Merged}. */
  readonly follows: Merged["follows"];
  /** Files of the conversation before: size in bytes by digest. */
  readonly files: ReadonlyMap<string, number>;
}

export interface PromptOptions {
  readonly storage: Pick<Storage, "read" | "readFirst" | "summarize">;
  readonly owner: string | null;
  /** First model of the chain; its context window counts. */
  readonly target: Target | undefined;
  readonly disabled: DisabledModules;
  readonly readMemory: (namespaces: readonly string[]) => Promise<RecalledEntry[]>;
  /** See {@link summarize}. */
  readonly summarize: (
    before: string | undefined,
    messages: readonly JsonObject[],
  ) => Promise<string | undefined>;
}

/**
 * Builds the prompt of a turn. Throws VegaError `not_found` for an unknown conversation, `module_off` for a request that
 * needs a disabled module, and `invalid` where the guard refuses it; nothing has been stored or sent then.
 */
export async function preparePrompt(
  request: TurnRequest,
  options: PromptOptions,
): Promise<PreparedPrompt> {
  const { storage, owner, disabled } = options;
  // Without an error the client would assume that the memory was used.
  if (request.memory.length > 0 && disabled.has("mind")) throw moduleOff("mind");
  const [history, remembered] = await Promise.all([
    request.conversation === undefined
      ? undefined
      : readHistory(storage, owner, request.conversation, isList(request.messages)),
    request.memory.length === 0 ? [] : options.readMemory(request.memory),
  ]);
  const fitting = relevantOf(remembered, lastQuestion(request.messages));
  const { entries: found, flags } = guardMemory(fitting, disabled);
  const memory = {
    texts: found.length > 0 ? [memoryText(found)] : [],
    keys: found.map(nameOf),
  };
  if (!history) {
    const findings = guardRequest(request.messages, request.options, disabled);
    return {
      messages: addSystemTexts(request.messages, memory.texts),
      added: request.messages.map(toStored),
      prompt: {
        left_out: 0,
        summarized: false,
        memory: memory.keys,
        ...flagged([...findings, ...flags]),
      },
      title: titleOf(request.messages),
      follows: undefined,
      files: new Map(),
    };
  }
  const merged = merge(history, request.messages);
  const { fresh, added, follows } = merged;
  const first = request.messages.length - added.length;
  const findings = guardRequest(added, request.options, disabled, first);
  guardRequest(merged.resent, {}, disabled);
  const shown = withoutOpenCalls(merged.known, fresh);
  const summary = summaryOf(history, follows);
  const uncovered = withoutCovered(shown, fresh, coveredTo({ summary }));
  const guarded = guardConversation(summary?.text, uncovered, disabled);
  const fixed = [...addSystemTexts([], memory.texts), ...fresh];
  const fitted = await fit(history, guarded, fixed, request, options);
  const texts = [...fitted.summary, ...memory.texts];
  return {
    messages: addSystemTexts([...fitted.prompts, ...fitted.rest, ...fresh], texts),
    added: added.map(toStored),
    prompt: {
      ...fitted.prompt,
      memory: memory.keys,
      ...flagged([...findings, ...flags, ...guarded.flags]),
    },
    title: undefined,
    follows,
    files: filesOf([...history.pinned, ...history.messages]),
  };
}

/** The conversation's summary, unless it covers messages after the one that the turn follows. */
function summaryOf({ conversation }: History, follows: string | null | undefined) {
  const { summary } = conversation;
  if (follows === undefined) return summary;
  const last = follows === null ? -1 : readMessageId(follows).position;
  return coveredTo({ summary }) <= last ? summary : null;
}

/** A conversation after the guard. */
interface GuardedHistory extends UncoveredHistory {
  readonly summary: string | undefined;
  readonly flags: Flags;
}

function guardConversation(
  summary: string | undefined,
  { lead, rest, hidden }: UncoveredHistory,
  disabled: DisabledModules,
): GuardedHistory {
  const all = [...lead, ...rest].map((one) => one.message);
  const { messages, flags } = guardHistory([{ content: summary ?? "" }, ...all], disabled);
  const [first, ...guarded] = messages;
  const clean = [...lead, ...rest].map((one, at) =>
    Object.assign({}, one, { message: guarded[at] ?? {} }),
  );
  return {
    summary: summary && textIn(first ?? {}),
    lead: clean.slice(0, lead.length),
    rest: clean.slice(lead.length),
    hidden,
    flags,
  };
}

/** The part of a conversation that fits the model: system prompts, a summary of older messages, newer messages. */
async function fit(
  { conversation, unread }: History,
  { summary, lead, rest, hidden }: GuardedHistory,
  fixed: readonly JsonObject[],
  { options }: TurnRequest,
  { storage, owner, target, summarize }: PromptOptions,
) {
  const prompts = joinSystemMessages(lead.map((one) => one.message));
  const messages = rest.map((one) => one.message);
  const whole = budgetOf(target?.contextWindow, options);
  // The texts of library files come later.
  const isLarger = [...messages, ...fixed].some(hasLibraryPart);
  const budget = isLarger
    ? Math.max(0, whole - Math.floor((target?.contextWindow ?? DEFAULT_WINDOW) / 4))
    : whole;
  const all = [
    ...prompts,
    ...addSystemTexts([], summary ? [summaryText(summary, 0)] : []),
    ...fixed,
  ];
  // Summarized messages, and unread ones of a very long conversation.
  const before = unread + hidden;
  const unsummarized = summary ? 0 : before;
  let cut = cutToBudget(messages, all, budget, atMostTokens);
  if (cut.from > 0) cut = cutToBudget(messages, all, budget, await loadTokenCounter());
  const { from, question } = cut;
  if (from === 0) {
    return {
      prompts,
      summary: before > 0 ? [summaryText(summary, unsummarized)] : [],
      rest: messages,
      prompt: { left_out: before, summarized: summary !== undefined },
    };
  }
  const next = await summarize(summary, messages.slice(0, from));
  const last = rest.slice(0, from).findLast(({ id }) => id !== undefined);
  // If storing fails, the next turn makes it again.
  if (next !== undefined && last?.id !== undefined) {
    await storage.summarize(owner, conversation.id, next, last.id).catch(() => undefined);
  }
  const kept = question === undefined ? [] : messages.slice(question, question + 1);
  const left = from - kept.length;
  return {
    prompts,
    summary: [
      summaryText(next ?? summary, next === undefined ? unsummarized + left : unsummarized),
    ],
    rest: [...kept, ...messages.slice(from)],
    prompt: { left_out: before + left, summarized: (next ?? summary) !== undefined },
  };
}

const TITLE_CHARACTERS = 80;

const textIn = ({ content }: JsonObject): string => textOf((content ?? null) as MessageContent);

const lastQuestion = (messages: readonly JsonObject[]): string =>
  textIn(messages.findLast(({ role }) => role === "user") ?? {});

function titleOf(messages: readonly JsonObject[]): string {
  const text = textIn(messages.find(({ role }) => role === "user") ?? {});
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line.length <= TITLE_CHARACTERS) return line.toWellFormed();
  // Not in the middle of a surrogate pair.
  const start = line.slice(0, TITLE_CHARACTERS - 1).replace(/[\ud800-\udbff]$/, "");
  return `${start.toWellFormed()}…`;
}
