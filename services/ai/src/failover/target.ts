import type { LanguageModel } from "../models/language-model.ts";
import type { Limits } from "./limits.ts";

/** One model of a chain. */
export interface Target {
  readonly provider: string;
  /** As the provider calls it. */
  readonly model: string;
  readonly languageModel: LanguageModel;
  readonly limits: Limits;
  /** Tokens; undefined where it is not known. */
  readonly contextWindow?: number | undefined;
  /** Whether the file of providers names it; where a provider takes any model, a client may write anything. */
  readonly listed?: boolean | undefined;
  /** Of an ensemble: who may be asked for it. */
  readonly ensemble?: {
    readonly seats: readonly (readonly Target[])[];
    readonly conductor: readonly Target[];
  };
  /** Whether it goes on with the text of an assistant's message that comes last. */
  readonly prefill?: boolean | undefined;
}

/** `<provider>/<model>` */
export const targetKey = ({ provider, model }: Target): string => `${provider}/${model}`;
