import type { JsonObject, MessageContent, NewMessage, Prompt } from "@vega/contracts";
import { moduleOff, textOf } from "@vega/contracts";
import type { Target } from "../failover/target.ts";
import { budgetOf, countLeftOut } from "./fit.ts";
import type { History } from "./history.ts";
import { readHistory, splitAsked, toPrompt, withoutOpenCalls } from "./history.ts";
import type { Remembered } from "./memory.ts";
import { memoryMessage, nameOf, relevantOf } from "./memory.ts";
import type { Off } from "./disabled-modules.ts";
import type { Asked } from "./request.ts";
import { toStored } from "./request.ts";
import type { Flags } from "../guard/guard.ts";
import { flagged, screenAsked, screenKnown, screenMemory } from "../guard/guard.ts";
import type { Storage } from "./storage.ts";
import { summaryMessage } from "./summary.ts";
import { atMostTokens, loadTokenCounter } from "./tokens.ts";

/** What a turn begins with. */
export interface Prepared {
  /** What the model is shown. */
  readonly messages: readonly JsonObject[];
  /** What is added to the conversation before the answer. */
  readonly added: NewMessage[];
  readonly prompt: Prompt;
  /** Of a conversation that has yet to be made. */
  readonly title: string | undefined;
}

export interface PrepareOptions {
  readonly storage: Pick<Storage, "read" | "readFirst" | "summarize">;
  readonly owner: string | null;
  /** The model that is asked first: what it takes counts. */
  readonly target: Target | undefined;
  readonly off: Off;
  readonly readMemory: (namespaces: readonly string[]) => Promise<Remembered[]>;
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
export async function prepare(asked: Asked, options: PrepareOptions): Promise<Prepared> {
  const { storage, owner, off } = options;
  // An answer without the memory would look like one with it.
  if (asked.memory.length > 0 && off.has("mind")) throw moduleOff("mind");
  const [history, remembered] = await Promise.all([
    asked.conversation === undefined ? undefined : readHistory(storage, owner, asked.conversation),
    asked.memory.length === 0 ? [] : options.readMemory(asked.memory),
  ]);
  const { known, fresh } = splitAsked(history, asked.messages);
  const first = asked.messages.length - fresh.length;
  const noted = screenAsked(fresh, asked.options, off, first);
  const fitting = relevantOf(remembered, lastQuestion(asked.messages));
  const { entries: found, flags } = screenMemory(fitting, off);
  const memory = { said: found.length > 0 ? [memoryMessage(found)] : [], keys: found.map(nameOf) };
  if (!history) {
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
    };
  }
  const shown = withoutOpenCalls([...toPrompt(history.pinned), ...known], fresh);
  const screened = screenConversation(history.conversation.summary?.text, shown, off);
  const fitted = await fit(history, screened, [...memory.said, ...fresh], asked, options);
  return {
    messages: [...fitted.messages, ...memory.said, ...fresh],
    added: fresh.map(toStored),
    prompt: {
      ...fitted.prompt,
      memory: memory.keys,
      ...flagged([...noted, ...flags, ...screened.flags]),
    },
    title: undefined,
  };
}

/** A conversation as a model may be shown it. */
interface Screened {
  readonly summary: string | undefined;
  readonly known: ReturnType<typeof toPrompt>;
  readonly flags: Flags;
}

function screenConversation(
  summary: string | undefined,
  known: ReturnType<typeof toPrompt>,
  off: Off,
): Screened {
  const said = known.map((one) => one.said);
  const { messages, flags } = screenKnown([{ content: summary ?? "" }, ...said], off);
  const [first, ...rest] = messages;
  return {
    summary: summary && saidIn(first ?? {}),
    known: rest.map((one, at) => ({ id: known[at]?.id ?? "", said: one })),
    flags,
  };
}

/** As much of a conversation as the model takes, its system prompts first, and a summary in the place of the rest. */
async function fit(
  { conversation, messages, pinned }: History,
  { summary, known }: Screened,
  fixed: readonly JsonObject[],
  { options }: Asked,
  { storage, owner, target, summarize }: PrepareOptions,
) {
  const begins = known.findIndex(({ said: { role } }) => role !== "system");
  const lead = begins < 0 ? known.length : begins;
  const prompts = known.slice(0, lead).map((one) => one.said);
  const said = known.slice(lead).map((one) => one.said);
  const budget = budgetOf(target?.contextWindow, options);
  const all = [...prompts, ...(summary ? [summaryMessage(summary, 0)] : []), ...fixed];
  // Before the summary, and before what was read of a very long one.
  const before = conversation.message_count - messages.length - pinned.length;
  const untold = summary ? 0 : before;
  let left = countLeftOut(said, all, budget, atMostTokens);
  if (left > 0) left = countLeftOut(said, all, budget, await loadTokenCounter());
  if (left === 0) {
    return {
      messages: [...prompts, ...(before > 0 ? [summaryMessage(summary, untold)] : []), ...said],
      prompt: { left_out: before, summarized: summary !== undefined },
    };
  }
  const next = await summarize(summary, said.slice(0, left));
  const last = known[lead + left - 1];
  // Not kept, it is made again next time.
  if (next !== undefined && last) {
    await storage.summarize(owner, conversation.id, next, last.id).catch(() => undefined);
  }
  const left_out = before + left;
  return {
    messages: [
      ...prompts,
      summaryMessage(next ?? summary, next === undefined ? untold + left : untold),
      ...said.slice(left),
    ],
    prompt: { left_out, summarized: (next ?? summary) !== undefined },
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
