import type { Json, JsonObject } from "@vega/contracts";
import type { ChatRequest, LanguageModel, ModelEvent } from "../../models/language-model.ts";
import { ModelError } from "../../models/language-model.ts";

/** Content for a completion. */
export interface Facts {
  /** The current state, one fact per line. */
  readonly crystal: readonly string[];
  /** Entries of the shared memory and the owner's; undefined: memory is disabled. */
  readonly memory: readonly { readonly key: string; readonly value: Json }[] | undefined;
}

/** Loads the facts for a request; `request.owner` is the owner of the memory. */
export type FindFacts = (request: ChatRequest, signal: AbortSignal) => Promise<Facts>;

const SHOWN = 8;
const MAX_VALUE = 200;

/** `local/echo-analyst`: not a language model. It reports state and memory that match the words of the question. */
export function createEchoAnalyst(findFacts: FindFacts): LanguageModel {
  return {
    async *stream(request, signal, progress): AsyncGenerator<ModelEvent, void> {
      progress?.connected();
      const facts = await findFacts(request, signal);
      const text = compose(lastQuestion(request.messages), facts);
      yield { kind: "delta", delta: { role: "assistant", content: "" } };
      const words = wordsOf(text);
      for (const content of words) {
        if (signal.aborted) throw new ModelError("cancelled", "the call was cancelled");
        yield { kind: "delta", delta: { content } };
      }
      yield { kind: "finish", reason: "stop" };
      const lengths = request.messages.map(({ content }) => wordsOf(textOf(content)).length);
      const prompt_tokens = lengths.reduce((sum, count) => sum + count, 0);
      const completion_tokens = words.length;
      const total_tokens = prompt_tokens + completion_tokens;
      yield { kind: "usage", usage: { prompt_tokens, completion_tokens, total_tokens } };
    },
  };
}

/** Words of a text, each with its trailing blanks. */
const wordsOf = (text: string): string[] => text.match(/^\s+|\S+\s*/g) ?? [];

function textOf(content: Json | undefined): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => textOf((part as JsonObject | null)?.text)).join(" ");
}

function lastQuestion(messages: readonly JsonObject[]): string {
  return textOf(messages.findLast(({ role }) => role === "user")?.content).trim();
}

function compose(question: string, { crystal, memory }: Facts): string {
  const words = new Set(question.toLowerCase().match(/[\p{L}\p{N}_-]{3,}/gu));
  const fits = (line: string) => [...words].some((word) => line.toLowerCase().includes(word));
  const remembered = (memory ?? []).map(
    ({ key, value }) => `${key}: ${shorten(JSON.stringify(value))}`,
  );
  const fitting = crystal.filter(fits);
  const parts = [
    "I am echo-analyst, not a language model. I report the state and memory of this VEGA.",
    question === "" ? "There was no question." : `Question: ${shorten(question)}`,
    section("State:", fitting.length > 0 ? fitting : crystal),
    section("Matching memory entries:", remembered.filter(fits)),
    sizeOf(memory),
  ];
  return parts.filter(Boolean).join("\n\n");
}

function sizeOf(memory: Facts["memory"]): string {
  if (memory === undefined) return "Memory is not used: the module mind is disabled.";
  if (memory.length === 0) return "The memory is empty.";
  return `The memory has ${memory.length} ${memory.length === 1 ? "entry" : "entries"}.`;
}

const shorten = (text: string) =>
  text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE).toWellFormed()}…` : text;

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? "" : [title, ...lines.slice(0, SHOWN).map((line) => `- ${line}`)].join("\n");
