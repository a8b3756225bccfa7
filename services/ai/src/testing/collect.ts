import type { JsonObject } from "@vega/contracts";
import type { ChatRequest, LanguageModel, ModelEvent } from "../models/language-model.ts";

export const chatRequest = (model: string, options: JsonObject = {}): ChatRequest => ({
  model,
  messages: [{ role: "user", content: "Say a few words." }],
  options,
});

/** All events of a model until it ends or fails. */
export async function collect(
  model: LanguageModel,
  request: ChatRequest,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ events: ModelEvent[]; text: string; fault: unknown }> {
  const events: ModelEvent[] = [];
  let fault: unknown;
  try {
    for await (const event of model.stream(request, signal)) events.push(event);
  } catch (error) {
    fault = error;
  }
  return { events, text: textOf(events), fault };
}

/** The text of the deltas among events. */
export function textOf(events: readonly { kind: string; delta?: unknown }[]): string {
  const deltas = events.flatMap(({ kind, delta }) => (kind === "delta" ? [delta] : []));
  return deltas.map((delta) => (delta as { content?: string }).content ?? "").join("");
}
