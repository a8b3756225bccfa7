import type { LanguageModel } from "../models/language-model.ts";
import type { Dialect } from "./openai-compatible/dialect.ts";

export interface ProviderOptions {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** Undefined: requests have no credentials. */
  readonly apiKey: string | undefined;
  /** Departures from the protocol that the providers file names. */
  readonly dialect?: Partial<Dialect> | undefined;
}

/** A protocol with its defaults. Each kind is a folder `providers/<kind>/` and one line in `kinds.ts`. */
export interface ProviderKind {
  /** With the version of the API, without a slash at its end; undefined: `base_url` is required. */
  readonly baseUrl: string | undefined;
  /** Default model; undefined: none. */
  readonly model: string | undefined;
  /** Prefix of the variables `<env>_API_KEY` and `<env>_BASE_URL`; undefined: not configured by variables. */
  readonly env: string | undefined;
  readonly createModel: (options: ProviderOptions) => LanguageModel;
  /** The request that lists the models as `{data: [{id}]}`. */
  readonly listModels: (options: ProviderOptions) => {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  };
  /** Whether a model continues the text of a trailing assistant message. */
  readonly takesPrefill: (model: string) => boolean;
}
