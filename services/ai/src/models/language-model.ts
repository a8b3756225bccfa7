import type { Json, JsonObject, Orchestra, OrchestraMode } from "@vega/contracts";

/*
 * What a model is to this service. The shapes are those of OpenAI's chat completions, which every client speaks;
 * providers with another protocol translate at their own door.
 * Source: https://platform.openai.com/docs/api-reference/chat
 */

/** A request for one answer: the body of POST /v1/chat/completions as the client sent it, without `stream`. */
export interface ChatRequest {
  /** As the provider calls the model, without the provider's name. */
  readonly model: string;
  readonly messages: readonly JsonObject[];
  /** Everything else of the body: temperature, tools, response_format and whatever comes next. */
  readonly options: JsonObject;
  /** What an ensemble is asked for beside that; no provider is told. */
  readonly orchestra?: { readonly angles?: boolean; readonly mode?: OrchestraMode };
  /** Modules that are off, by name; no provider is told. */
  readonly disabled?: ReadonlySet<string>;
  /** Whose memory a model of this house may answer from; no provider is told. */
  readonly owner?: string | null;
  /** W3C traceparent of what asks; goes to the provider as a header. */
  readonly trace?: string | undefined;
  /** Whether it may answer from the memory at all; absent: yes. */
  readonly recall?: boolean;
}

/** Tokens, as the provider counts them. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  /** What the provider tells beyond that, such as cached tokens. */
  readonly [detail: string]: unknown;
}

/** A piece of an answer, as it comes. `delta` is that of a chat.completion.chunk's first choice. */
export type ModelEvent =
  | { readonly kind: "delta"; readonly delta: JsonObject; readonly logprobs?: Json }
  | { readonly kind: "finish"; readonly reason: string }
  | { readonly kind: "usage"; readonly usage: Usage }
  /** What each seat of an ensemble said: before the end, or before the fault. */
  | { readonly kind: "orchestra"; readonly report: Orchestra }
  /** Headers that the caller is to see, such as x-ratelimit-*. Comes first, if at all. */
  | { readonly kind: "headers"; readonly headers: Readonly<Record<string, string>> };

/** What went wrong with one call, by what there is to be done about it. */
export type ModelErrorKind =
  /** Too many requests or overloaded; `retryAfterMs` where the provider says so. */
  | "rate_limited"
  /** 5xx, a reset, a refused connection: trying again may help. */
  | "unavailable"
  /** Nothing came in the time that it has: to wait as long once more is worth it only where nobody else is left. */
  | "timed_out"
  /** The stream broke off, or held what is none of its protocol. */
  | "broken_stream"
  /** The prompt is longer than the model takes. */
  | "context_too_long"
  /** The provider will not answer this; it says why. */
  | "content_filter"
  /** The key is missing or wrong, or its account may not or has no credit left: another provider may help. */
  | "unauthorized"
  /** Any other 4xx: the same request would fail again, anywhere. */
  | "invalid"
  /** The caller went away. */
  | "cancelled";

export class ModelError extends Error {
  readonly kind: ModelErrorKind;
  /** Of the provider's answer; undefined where there was none. */
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  /** Whose model it is of, where that is known. */
  readonly provider: string | undefined;

  constructor(
    kind: ModelErrorKind,
    message: string,
    options: {
      status?: number;
      retryAfterMs?: number;
      provider?: string | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ModelError";
    this.kind = kind;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.provider = options.provider;
  }
}

/** An answer with embeddings, and the headers that the caller is to see. */
export interface EmbeddingResult {
  readonly body: JsonObject;
  readonly headers: Record<string, string>;
}

/** One provider's way to its models. */
export interface LanguageModel {
  /**
   * Streams one answer. Ends after `finish` (and `usage` where the provider tells it) or throws ModelError; an answer
   * that ends without `finish` is a broken stream and never looks whole.
   * @param signal aborts the call to the provider itself, in every phase.
   * @param onConnected told when the connection stands: a provider may be quick to take a call and slow to answer it.
   * A model that never tells is taken as connected with its first event.
   */
  stream(
    request: ChatRequest,
    signal: AbortSignal,
    onConnected?: () => void,
  ): AsyncIterable<ModelEvent>;
  /**
   * Embeddings, where the provider has them: the body of POST /v1/embeddings, its model as the provider calls it, and
   * what it answers. Throws ModelError.
   * @param trace W3C traceparent
   */
  embed?(body: JsonObject, signal: AbortSignal, trace?: string): Promise<EmbeddingResult>;
}
