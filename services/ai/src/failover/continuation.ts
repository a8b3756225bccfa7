import type { ChatRequest } from "../models/language-model.ts";
import type { Sent, Start } from "./delivered-prefix.ts";
import type { Target } from "./target.ts";

/** Options with which an assistant's text that comes last is refused, or means something else. */
const UNFIT = ["response_format", "thinking", "reasoning_effort"];

/** What a target is asked, when some of the answer may be with the caller already. */
export function requestFor(
  target: Target,
  request: ChatRequest,
  sent: Sent,
  mayPrefill: boolean,
): { readonly request: ChatRequest; readonly start: Start } {
  const asked = { ...request, model: target.model };
  const text = sent.text.trimEnd();
  const fit = !UNFIT.some((name) => request.options[name] !== undefined);
  if (!target.prefill || !mayPrefill || !fit || text === "") {
    return { request: asked, start: { from: "beginning" } };
  }
  const messages = [...request.messages, { role: "assistant", content: text }];
  return {
    request: { ...asked, messages },
    start: { from: "prefill", blanks: sent.text.slice(text.length) },
  };
}
