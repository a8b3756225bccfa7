import { VegaError } from "@vega/contracts";
import type { Limits } from "../failover/limits.ts";
import { DEFAULT_LIMITS, LOADING_FIRST_TOKEN_MS } from "../failover/limits.ts";
import type { Target } from "../failover/target.ts";
import { targetKey } from "../failover/target.ts";
import type { LanguageModel } from "./language-model.ts";
import type { LimitsConfig, ProviderConfig, ProvidersFile } from "../providers/config.ts";
import { listed, offers, splitName } from "../providers/config.ts";
import { baseUrlOf } from "../providers/create.ts";
import { isNearby } from "../providers/nearby.ts";
import { ECHO_ANALYST, KINDS, LOCAL } from "../providers/kinds.ts";

/** The chain behind a name; `unknown`: the name without a model. */
export type Resolved =
  | { readonly found: true; readonly chain: readonly Target[] }
  | { readonly found: false; readonly unknown: string };

/** The model of requests that name only the provider. */
export const defaultModel = (provider: ProviderConfig): string | undefined =>
  provider.default_model ?? listed(provider).names[0] ?? KINDS[provider.kind].model;

/**
 * The chain of a name and its fallbacks, each model once, in the order of the calls. A name is an alias,
 * `<provider>/<model>`, a provider, or a model that a provider lists.
 * @param providers their models, by id
 */
export function resolve(
  file: ProvidersFile,
  providers: ReadonlyMap<string, LanguageModel>,
  names: readonly string[],
): Resolved {
  const chain = new Map<string, Candidate>();
  for (const name of names) {
    const alias = Object.hasOwn(file.aliases, name) ? file.aliases[name] : undefined;
    for (const member of alias?.chain ?? [name]) {
      const candidate = candidateOf(file, providers, member, alias?.limits ?? {});
      if (!candidate) return { found: false, unknown: member };
      const key = targetKey(candidate.target);
      if (!chain.has(key)) chain.set(key, candidate);
    }
  }
  const candidates = [...chain.values()];
  return {
    found: true,
    chain: candidates.map(({ target, mayLoad }, index) =>
      // With another model to ask, an early failover serves better.
      mayLoad && index + 1 === candidates.length ? withTimeToLoad(target) : target,
    ),
  };
}

const withTimeToLoad = (target: Target): Target => ({
  ...target,
  limits: { ...target.limits, firstTokenMs: LOADING_FIRST_TOKEN_MS },
});

export function noSuchModel(name: string): VegaError {
  const message = `there is no model ${JSON.stringify(name)}; GET /v1/models lists them`;
  return new VegaError("not_found", message, [{ path: "model", message }]);
}

interface Candidate {
  readonly target: Target;
  /** A server nearby loads models when they are asked for; no limit of the first token is configured. */
  readonly mayLoad: boolean;
}

function candidateOf(
  file: ProvidersFile,
  providers: ReadonlyMap<string, LanguageModel>,
  name: string,
  own: LimitsConfig,
): Candidate | undefined {
  if (name === LOCAL || name === `${LOCAL}/${ECHO_ANALYST}`) {
    const languageModel = providers.get(LOCAL);
    const limits = limitsOf(file.limits, own);
    const model = ECHO_ANALYST;
    const target = languageModel && { provider: LOCAL, model, languageModel, limits, listed: true };
    return target && { target, mayLoad: false };
  }
  const found = find(file, name);
  const languageModel = found && providers.get(found.provider.id);
  if (!found || !languageModel) return undefined;
  const { provider, model } = found;
  const target = {
    provider: provider.id,
    model,
    languageModel,
    limits: limitsOf(file.limits, provider.limits, own),
    listed: model === defaultModel(provider) || listed(provider).names.includes(model),
    contextWindow: provider.context_windows[model],
    prefill: provider.prefill.includes(model) || KINDS[provider.kind].takesPrefill(model),
  };
  const limited = [file.limits, provider.limits, own].some(
    ({ first_token_ms }) => first_token_ms !== undefined,
  );
  return { target, mayLoad: !limited && isNearby(baseUrlOf(provider)) };
}

function find({ providers }: ProvidersFile, name: string) {
  const parts = splitName(name);
  const named = providers.find(({ id }) => id === (parts?.provider ?? name));
  const model = named && (parts?.model ?? defaultModel(named));
  if (named && model !== undefined && offers(named, model)) return { provider: named, model };
  const listing = providers.find((provider) => listed(provider).names.includes(name));
  return listing && { provider: listing, model: name };
}

/** Later arguments have priority. */
function limitsOf(...all: LimitsConfig[]): Limits {
  const merged: LimitsConfig = Object.assign({}, ...all);
  return {
    connectMs: merged.connect_ms ?? DEFAULT_LIMITS.connectMs,
    firstTokenMs: merged.first_token_ms ?? DEFAULT_LIMITS.firstTokenMs,
    idleMs: merged.idle_ms ?? DEFAULT_LIMITS.idleMs,
    retries: merged.retries ?? DEFAULT_LIMITS.retries,
    maxRetryAfterMs: merged.max_retry_after_ms ?? DEFAULT_LIMITS.maxRetryAfterMs,
  };
}
