import type { ChatBegun, ChatEvent, Json, JsonObject, Orchestra } from "@vega/contracts";
import { createMessageAccumulator } from "@vega/contracts";

/*
 * Completions in OpenAI's shapes. Sources: https://platform.openai.com/docs/api-reference/chat/object and
 * https://platform.openai.com/docs/api-reference/chat-streaming
 */

/** Known before the first text of a completion. */
export interface CompletionHead {
  readonly begun: ChatBegun;
  /** Headers of the provider that are passed on. */
  readonly headers: Readonly<Record<string, string>>;
}

const orNull = (list: Json[]) => (list.length > 0 ? list : null);

const parse = (json: string) => JSON.parse(json) as JsonObject;

/** A complete response. */
export interface Completion {
  readonly head: CompletionHead;
  readonly body: JsonObject & { model: string };
  readonly text: string;
  readonly usage: Json;
  /** The results of the members of an ensemble. */
  readonly orchestra: Orchestra | undefined;
}

/** Assembles the events of one completion. Throws what the events throw. */
export async function toCompletion(events: AsyncIterable<ChatEvent>): Promise<Completion> {
  const message = createMessageAccumulator();
  const logprobs = { content: [] as Json[], refusal: [] as Json[] };
  let begun: ChatBegun | undefined;
  let headers: Readonly<Record<string, string>> = {};
  let model = "";
  let finish_reason: string | null = null;
  let usage: JsonObject | undefined;
  let orchestra: Orchestra | undefined;
  for await (const event of events) {
    if (event.event === "begun") ({ begun } = event);
    else if (event.event === "headers") headers = event.headers.values;
    else if (event.event === "started") model = nameOf(event.started);
    else if (event.event === "finish") finish_reason = event.finish.reason;
    else if (event.event === "usage") usage = parse(event.usage.json);
    else if (event.event === "completed") {
      const { orchestra_json: json } = event.completed;
      if (json !== undefined) orchestra = JSON.parse(json) as Orchestra;
    } else if (event.event === "delta") {
      message.add(parse(event.delta.json));
      const more = event.delta.logprobs_json ? parse(event.delta.logprobs_json) : {};
      for (const key of ["content", "refusal"] as const) {
        const tokens = more[key];
        if (Array.isArray(tokens)) logprobs[key].push(...tokens);
      }
    }
  }
  if (!begun) throw new Error("the completion has no `begun` event");
  const [content, refusal] = [orNull(logprobs.content), orNull(logprobs.refusal)];
  const choice = {
    index: 0,
    message: message.message(),
    logprobs: content || refusal ? { content, refusal } : null,
    finish_reason,
  };
  const { id, created } = begun;
  return {
    head: { begun, headers },
    text: message.text(),
    usage: usage ?? null,
    orchestra,
    body: {
      id,
      object: "chat.completion",
      created,
      model,
      choices: [choice],
      ...(usage && { usage }),
    },
  };
}

/** A part of a stream: its head with the first event of the model, then chunks. */
export type StreamPart =
  | { readonly kind: "head"; readonly head: CompletionHead }
  | { readonly kind: "chunk"; readonly chunk: JsonObject };

/**
 * Turns the events of one completion into chunks. The head comes with the first event of the model, so that earlier
 * failures still have an HTTP status. Throws what the events throw.
 */
export async function* toChunks(
  events: AsyncIterable<ChatEvent>,
  includeUsage: boolean,
): AsyncGenerator<StreamPart, void> {
  let begun: ChatBegun | undefined;
  let headers: Readonly<Record<string, string>> = {};
  let model = "";
  let isOpen = false;
  for await (const event of events) {
    if (event.event === "begun") ({ begun } = event);
    else if (event.event === "headers") headers = event.headers.values;
    else if (event.event === "started") model = nameOf(event.started);
    if (!begun || !["delta", "finish", "usage"].includes(event.event)) continue;
    // OpenAI's clients need the role exactly once: some throw without it, some concatenate repeated ones.
    const opening: JsonObject = isOpen ? {} : { role: "assistant" };
    if (!isOpen) {
      isOpen = true;
      yield { kind: "head", head: { begun, headers } };
    }
    const { id, created } = begun;
    const base = { id, object: "chat.completion.chunk", created, model };
    const chunk = (choices: JsonObject[], usage: Json = null): StreamPart => ({
      kind: "chunk",
      chunk: { ...base, choices, ...(includeUsage && { usage }) },
    });
    if (event.event === "delta") {
      const { json, logprobs_json } = event.delta;
      const logprobs = logprobs_json ? parse(logprobs_json) : null;
      const { role: _, ...rest } = parse(json);
      const delta = { ...opening, ...rest };
      yield chunk([{ index: 0, delta, logprobs, finish_reason: null }]);
    } else if (event.event === "finish") {
      const { reason } = event.finish;
      yield chunk([{ index: 0, delta: opening, logprobs: null, finish_reason: reason }]);
    } else if (event.event === "usage" && includeUsage) {
      yield chunk([], parse(event.usage.json));
    }
  }
  // Without a head the caller would wait forever.
  if (!isOpen) throw new Error("the completion has no content");
}

/** The id of a model in requests. */
const nameOf = ({ provider, model }: { provider: string; model: string }) => `${provider}/${model}`;
