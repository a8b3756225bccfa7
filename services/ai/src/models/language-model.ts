import type { Json, JsonObject, Orchestra, OrchestraMode } from "@vega/contracts";

/*
 * The interface of models. The shapes are those of OpenAI's chat completions, which every client uses; providers with
 * another protocol translate in their own folder.
 * Source: https://platform.openai.com/docs/api-reference/chat
 */

/** The body of POST /v1/chat/completions without `stream`, and VEGA's own options, which no provider receives. */
export interface ChatRequest {
  /** The provider's own name of the model. */
  readonly model: string;
  readonly messages: readonly JsonObject[];
  /** All other members of the body: temperature, tools, response_format, and future ones. */
  readonly options: JsonObject;
  /** Overrides of an ensemble's configuration. */
  readonly orchestra?: { readonly angles?: boolean; readonly mode?: OrchestraMode };
  /** Names of disabled modules. */
  readonly disabled?: ReadonlySet<string>;
  /** Account whose memory the built-in model may use. */
  readonly owner?: string | null;
  /** W3C traceparent; sent to the provider as a header. */
  readonly trace?: string | undefined;
  /** Whether the built-in model may use memory; absent: yes. */
  readonly recall?: boolean;
}

/** Tokens, as reported by the provider. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  /** Further counts of the provider, such as cached tokens. */
  readonly [detail: string]: unknown;
}

/** One event of a completion. `delta` is that of the first choice of a chat.completion.chunk. */
export type ModelEvent =
  | { readonly kind: "delta"; readonly delta: JsonObject; readonly logprobs?: Json }
  | { readonly kind: "finish"; readonly reason: string }
  | { readonly kind: "usage"; readonly usage: Usage }
  /** Report of an ensemble's members; precedes the end or the error. */
  | { readonly kind: "orchestra"; readonly report: Orchestra }
  /** Response headers for the client, such as x-ratelimit-*. The first event, if any. */
  | { readonly kind: "headers"; readonly headers: Readonly<Record<string, string>> };

/** Kinds of errors of a call, by the reaction to them. */
export type ModelErrorKind =
  /** Too many requests or overloaded; with `retryAfterMs` if the provider sends it. */
  | "rate_limited"
  /** 5xx, a reset, a refused connection: a retry may help. */
  | "unavailable"
  /** A timeout. A retry on the same model is the last resort: it may take as long again. */
  | "timed_out"
  /** The stream was interrupted or violates its protocol. */
  | "broken_stream"
  /** The prompt is longer than the model takes. */
  | "context_too_long"
  /** The provider refuses the content. */
  | "content_filter"
  /** The key is missing or wrong, or its account has no permission or credit: another provider may help. */
  | "unauthorized"
  /** The completion ended without a text, or by a filter, and the caller needs a text: another model may help. */
  | "no_text"
  /** Any other 4xx: the request would fail again on any provider. */
  | "invalid"
  /** Cancelled by the caller. */
  | "cancelled";

export class ModelError extends Error {
  readonly kind: ModelErrorKind;
  /** HTTP status of the provider's response; undefined: there was none. */
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  /** Id of the provider, if known. */
  readonly provider: string | undefined;
  /** The provider's code of the error, and the parameter that it names. */
  readonly code: string | undefined;
  readonly parameter: string | undefined;

  constructor(
    kind: ModelErrorKind,
    message: string,
    options: {
      status?: number;
      retryAfterMs?: number;
      provider?: string | undefined;
      code?: string;
      parameter?: string;
      cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ModelError";
    this.kind = kind;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.provider = options.provider;
    this.code = options.code;
    this.parameter = options.parameter;
  }
}

/** Body of POST /v1/embeddings' response, and response headers for the client. */
export interface EmbeddingResult {
  readonly body: JsonObject;
  readonly headers: Record<string, string>;
}

/** Signs of life of a call. */
export interface CallProgress {
  /** The connection is established; the first event implies it. */
  connected(): void;
  /** Bytes of the response have arrived, comments and pings included. */
  received(): void;
}

/** The models of one provider. */
export interface LanguageModel {
  /**
   * Streams one completion. Ends after `finish` (and `usage` if the provider reports it) or throws ModelError. A stream
   * that ends without `finish` is a `broken_stream`.
   * @param signal aborts the request to the provider, in every phase
   */
  stream(
    request: ChatRequest,
    signal: AbortSignal,
    progress?: CallProgress,
  ): AsyncIterable<ModelEvent>;
  /**
   * Embeddings; absent: the provider has none. `body` is that of POST /v1/embeddings with the provider's own model name.
   * Throws ModelError.
   * @param trace W3C traceparent
   */
  embed?(body: JsonObject, signal: AbortSignal, trace?: string): Promise<EmbeddingResult>;
}
