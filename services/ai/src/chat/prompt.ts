import type { JsonObject, MessageContent, NewMessage, Prompt } from "@vega/contracts";
import { moduleOff, readMessageId, textOf } from "@vega/contracts";
import type { Target } from "../failover/target.ts";
import { budgetOf, cutToBudget } from "./fit.ts";
import type { History } from "./history.ts";
import { coveredTo, readHistory } from "./history.ts";
import type { RecalledEntry } from "./memory.ts";
import { memoryMessage, nameOf, relevantOf } from "./memory.ts";
import type { Merged } from "./merge.ts";
import { isList, merge } from "./merge.ts";
import type { DisabledModules } from "./disabled-modules.ts";
import type { TurnRequest } from "./request.ts";
import { toStored } from "./request.ts";
import type { Flags } from "../guard/guard.ts";
import { flagged, guardRequest, guardHistory, guardMemory } from "../guard/guard.ts";
import type { UncoveredHistory } from "./prompt-messages.ts";
import { withoutCovered, withoutOpenCalls } from "./prompt-messages.ts";
import type { Storage } from "./storage.ts";
import { summaryMessage } from "./summary.ts";
import { atMostTokens, loadTokenCounter } from "./tokens.ts";

/** What a turn begins with. */
export interface PreparedPrompt {
  /** What the model is shown. */
  readonly messages: readonly JsonObject[];
  /** What is added to the conversation before the answer. */
  readonly added: NewMessage[];
  readonly prompt: Prompt;
  /** Of a conversation that has yet to be made. */
  readonly title: string | undefined;
  /** See {@link Merged}. */
  readonly follows: Merged["follows"];
}

export interface PromptOptions {
  readonly storage: Pick<Storage, "read" | "readFirst" | "summarize">;
  readonly owner: string | null;
  /** The model that is asked first: what it takes counts. */
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
 * Throws VegaError `not_found` where the conversation is not there, `module_off` where what is asked belongs to a module
 * that is off, and `invalid` where the guard refuses it: nothing of it has been stored or sent then.
 */
export async function preparePrompt(
  asked: TurnRequest,
  options: PromptOptions,
): Promise<PreparedPrompt> {
  const { storage, owner, disabled } = options;
  // An answer without the memory would look like one with it.
  if (asked.memory.length > 0 && disabled.has("mind")) throw moduleOff("mind");
  const [history, remembered] = await Promise.all([
    asked.conversation === undefined
      ? undefined
      : readHistory(storage, owner, asked.conversation, isList(asked.messages)),
    asked.memory.length === 0 ? [] : options.readMemory(asked.memory),
  ]);
  const fitting = relevantOf(remembered, lastQuestion(asked.messages));
  const { entries: found, flags } = guardMemory(fitting, disabled);
  const memory = { said: found.length > 0 ? [memoryMessage(found)] : [], keys: found.map(nameOf) };
  if (!history) {
    const noted = guardRequest(asked.messages, asked.options, disabled);
    return {
      messages: [...memory.said, ...asked.messages],
      added: asked.messages.map(toStored),
      prompt: {
        left_out: 0,
        summarized: false,
        memory: memory.keys,
        ...flagged([...noted, ...flags]),
      },
      title: titleOf(asked.messages),
      follows: undefined,
    };
  }
  const merged = merge(history, asked.messages);
  const { fresh, added, follows } = merged;
  const first = asked.messages.length - added.length;
  const noted = guardRequest(added, asked.options, disabled, first);
  guardRequest(merged.resent, {}, disabled);
  const shown = withoutOpenCalls(merged.known, fresh);
  const summary = summaryOf(history, follows);
  const uncovered = withoutCovered(shown, fresh, coveredTo({ summary }));
  const guarded = guardConversation(summary?.text, uncovered, disabled);
  const fitted = await fit(history, guarded, [...memory.said, ...fresh], asked, options);
  // Nothing may come between a tool call and its results, or after the question.
  const isFirst = fresh.length === 0 || fresh[0]?.["role"] === "tool";
  const [before, after] = isFirst ? [memory.said, []] : [[], memory.said];
  return {
    messages: [...fitted.lead, ...before, ...fitted.said, ...after, ...fresh],
    added: added.map(toStored),
    prompt: {
      ...fitted.prompt,
      memory: memory.keys,
      ...flagged([...noted, ...flags, ...guarded.flags]),
    },
    title: undefined,
    follows,
  };
}

/** The conversation's summary, unless it covers messages that a turn does not start from. */
function summaryOf({ conversation }: History, follows: string | null | undefined) {
  const { summary } = conversation;
  if (follows === undefined) return summary;
  const last = follows === null ? -1 : readMessageId(follows).position;
  return coveredTo({ summary }) <= last ? summary : null;
}

/** A conversation as a model may be shown it. */
interface GuardedHistory extends UncoveredHistory {
  readonly summary: string | undefined;
  readonly flags: Flags;
}

function guardConversation(
  summary: string | undefined,
  { lead, rest, hidden }: UncoveredHistory,
  disabled: DisabledModules,
): GuardedHistory {
  const said = [...lead, ...rest].map((one) => one.said);
  const { messages, flags } = guardHistory([{ content: summary ?? "" }, ...said], disabled);
  const [first, ...guarded] = messages;
  const clean = [...lead, ...rest].map((one, at) =>
    Object.assign({}, one, { said: guarded[at] ?? {} }),
  );
  return {
    summary: summary && saidIn(first ?? {}),
    lead: clean.slice(0, lead.length),
    rest: clean.slice(lead.length),
    hidden,
    flags,
  };
}

/** As much of a conversation as the model takes, its system prompts first, and a summary in the place of the rest. */
async function fit(
  { conversation, unread }: History,
  { summary, lead, rest, hidden }: GuardedHistory,
  fixed: readonly JsonObject[],
  { options }: TurnRequest,
  { storage, owner, target, summarize }: PromptOptions,
) {
  const prompts = lead.map((one) => one.said);
  const said = rest.map((one) => one.said);
  const budget = budgetOf(target?.contextWindow, options);
  const all = [...prompts, ...(summary ? [summaryMessage(summary, 0)] : []), ...fixed];
  // What the summary stands for, and what was not read of a very long conversation.
  const before = unread + hidden;
  const untold = summary ? 0 : before;
  let cut = cutToBudget(said, all, budget, atMostTokens);
  if (cut.from > 0) cut = cutToBudget(said, all, budget, await loadTokenCounter());
  const { from, question } = cut;
  if (from === 0) {
    return {
      lead: [...prompts, ...(before > 0 ? [summaryMessage(summary, untold)] : [])],
      said,
      prompt: { left_out: before, summarized: summary !== undefined },
    };
  }
  const next = await summarize(summary, said.slice(0, from));
  const last = rest.slice(0, from).findLast(({ id }) => id !== undefined);
  // Not kept, it is made again next time.
  if (next !== undefined && last?.id !== undefined) {
    await storage.summarize(owner, conversation.id, next, last.id).catch(() => undefined);
  }
  const kept = question === undefined ? [] : said.slice(question, question + 1);
  const left = from - kept.length;
  return {
    lead: [
      ...prompts,
      summaryMessage(next ?? summary, next === undefined ? untold + left : untold),
    ],
    said: [...kept, ...said.slice(from)],
    prompt: { left_out: before + left, summarized: (next ?? summary) !== undefined },
  };
}

const TITLE_CHARACTERS = 80;

const saidIn = ({ content }: JsonObject): string => textOf((content ?? null) as MessageContent);

const lastQuestion = (messages: readonly JsonObject[]): string =>
  saidIn(messages.findLast(({ role }) => role === "user") ?? {});

function titleOf(messages: readonly JsonObject[]): string {
  const text = saidIn(messages.find(({ role }) => role === "user") ?? {});
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line.length <= TITLE_CHARACTERS) return line.toWellFormed();
  // Not half of a surrogate pair.
  const start = line.slice(0, TITLE_CHARACTERS - 1).replace(/[\ud800-\udbff]$/, "");
  return `${start.toWellFormed()}…`;
}
