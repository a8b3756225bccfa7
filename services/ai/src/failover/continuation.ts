import type { ChatRequest } from "../models/language-model.ts";
import type { DeliveredPrefix, Start } from "./delivered-prefix.ts";
import type { Target } from "./target.ts";

/** Options with which providers refuse a trailing assistant message, or interpret it differently. */
const NO_PREFILL = ["response_format", "thinking", "reasoning_effort"];

/** The request to a target when the caller may have a part of the completion. */
export function continuationFor(
  target: Target,
  request: ChatRequest,
  delivered: DeliveredPrefix,
  mayPrefill: boolean,
): { readonly request: ChatRequest; readonly start: Start } {
  const targeted = { ...request, model: target.model };
  const text = delivered.text.trimEnd();
  const takesPrefill = !NO_PREFILL.some((name) => request.options[name] !== undefined);
  if (!target.prefill || !mayPrefill || !takesPrefill || text === "") {
    return { request: targeted, start: { from: "beginning" } };
  }
  const messages = [...request.messages, { role: "assistant", content: text }];
  return {
    request: { ...targeted, messages },
    start: { from: "prefill", blanks: delivered.text.slice(text.length) },
  };
}
