import type { Json, JsonObject } from "@vega/contracts";
import type { ChatRequest, LanguageModel, ModelEvent } from "../../models/language-model.ts";
import { ModelError } from "../../models/language-model.ts";

/** What an answer can be made of. */
export interface Facts {
  /** The crystal's state, a fact a line. */
  readonly crystal: readonly string[];
  /** Of everybody's memory and the asking user's; undefined: it is not to be had. */
  readonly memory: readonly { readonly key: string; readonly value: Json }[] | undefined;
}

/** Looks facts up for a request; `request.owner` says whose memory counts. */
export type FindFacts = (request: ChatRequest, signal: AbortSignal) => Promise<Facts>;

const SHOWN = 8;
const MAX_VALUE = 200;

/** `local/echo-analyst`: no language model. Says so, and tells what VEGA knows of the words that it was asked with. */
export function createEchoAnalyst(findFacts: FindFacts): LanguageModel {
  return {
    async *stream(request, signal, onConnected): AsyncGenerator<ModelEvent, void> {
      onConnected?.();
      const facts = await findFacts(request, signal);
      const text = compose(lastQuestion(request.messages), facts);
      yield { kind: "delta", delta: { role: "assistant", content: "" } };
      const words = wordsOf(text);
      for (const content of words) {
        if (signal.aborted) throw new ModelError("cancelled", "the caller went away");
        yield { kind: "delta", delta: { content } };
      }
      yield { kind: "finish", reason: "stop" };
      const asked = request.messages.map(({ content }) => wordsOf(textOf(content)).length);
      const prompt_tokens = asked.reduce((sum, count) => sum + count, 0);
      const completion_tokens = words.length;
      const total_tokens = prompt_tokens + completion_tokens;
      yield { kind: "usage", usage: { prompt_tokens, completion_tokens, total_tokens } };
    },
  };
}

/** A text's words, each with the blanks behind it. */
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
  const asked = new Set(question.toLowerCase().match(/[\p{L}\p{N}_-]{3,}/gu));
  const fits = (line: string) => [...asked].some((word) => line.toLowerCase().includes(word));
  const remembered = (memory ?? []).map(
    ({ key, value }) => `${key}: ${shorten(JSON.stringify(value))}`,
  );
  const fitting = crystal.filter(fits);
  const parts = [
    "I am echo-analyst, no language model: I only tell what this VEGA knows itself.",
    question === "" ? "You asked nothing." : `You asked: ${shorten(question)}`,
    section("The state says:", fitting.length > 0 ? fitting : crystal),
    section("The memory has on it:", remembered.filter(fits)),
    sizeOf(memory),
  ];
  return parts.filter(Boolean).join("\n\n");
}

function sizeOf(memory: Facts["memory"]): string {
  if (memory === undefined) return "The memory is not asked: the module mind is off.";
  if (memory.length === 0) return "The memory has no entries yet.";
  return `The memory has ${memory.length} ${memory.length === 1 ? "entry" : "entries"} in all.`;
}

const shorten = (text: string) =>
  text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE).toWellFormed()}…` : text;

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? "" : [title, ...lines.slice(0, SHOWN).map((line) => `- ${line}`)].join("\n");
