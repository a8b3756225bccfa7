import type { LanguageModel } from "../models/language-model.ts";
import type { Limits } from "./limits.ts";

/** One model of a chain. */
export interface Target {
  readonly provider: string;
  /** The provider's own name of the model. */
  readonly model: string;
  readonly languageModel: LanguageModel;
  readonly limits: Limits;
  /** Tokens; undefined: unknown. */
  readonly contextWindow?: number | undefined;
  /** Whether the providers file lists the model. Unlisted names come from clients and may be anything. */
  readonly listed?: boolean | undefined;
  /** Chains of an ensemble's members and of its aggregator. */
  readonly ensemble?: {
    readonly members: readonly (readonly Target[])[];
    readonly aggregator: readonly Target[];
  };
  /** Whether the model continues the text of a trailing assistant message. */
  readonly prefill?: boolean | undefined;
}

/** `<provider>/<model>` */
export const targetKey = ({ provider, model }: Target): string => `${provider}/${model}`;
