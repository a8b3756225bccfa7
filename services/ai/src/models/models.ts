import type { JsonObject } from "@vega/contracts";
import type { Env, Logger, Metrics } from "@vega/service-kit";
import type { Health } from "../failover/breakers.ts";
import { createBreakers } from "../failover/breakers.ts";
import type { Target } from "../failover/target.ts";
import type { CompletionEvent, CompletionOptions } from "../failover/complete.ts";
import { complete } from "../failover/complete.ts";
import { embed } from "./embed.ts";
import type { ChatRequest, EmbeddingResult, LanguageModel, Usage } from "./language-model.ts";
import { countCalls } from "../observe/call-metrics.ts";
import type { CallTracing } from "../observe/call-traces.ts";
import { traceCalls } from "../observe/call-traces.ts";
import { combineObservers } from "../observe/observer.ts";
import type { ProvidersInForce } from "../providers/config-file.ts";
import { openConfigFile } from "../providers/config-file.ts";
import { baseUrlOf, createProvider, whatIsMissing } from "../providers/create.ts";
import { ensembleNames, ensembleOf, openEnsemble } from "../ensemble/ensembles.ts";
import { ECHO_ANALYST, LOCAL } from "../providers/kinds.ts";
import { createModelLister } from "../providers/list-models.ts";
import type { FindFacts } from "../providers/local/model.ts";
import { createEchoAnalyst } from "../providers/local/model.ts";
import type { Resolved } from "./resolve.ts";
import { defaultModel, noSuchModel, resolve } from "./resolve.ts";
import { costOf } from "./usage.ts";

export interface ProviderStatus {
  readonly id: string;
  readonly kind: string;
  readonly status: "ready" | "needs_key";
  /** The default model. */
  readonly model: string | null;
  /** Of the models called so far, by `<provider>/<model>`. */
  readonly health: Readonly<Record<string, Health>>;
}

/** All models behind one interface. */
export interface Models {
  /** Names of all models and aliases. Providers are queried for their lists, for 3 s at most. */
  list(): Promise<{ id: string; owned_by: string }[]>;
  /** @param fallbacks names of the models to call after it */
  resolve(name: string, fallbacks?: readonly string[]): Resolved;
  /** The model of requests without one: the alias `default`, else the first ready provider, else `local`. */
  preferred(): string;
  status(): ProviderStatus[];
  /** USD, by the price table; undefined: it has no price. */
  cost(provider: string, model: string, usage: Usage): number | undefined;
  /** See {@link complete}. */
  complete(
    request: ChatRequest,
    options: Pick<CompletionOptions, "chain" | "signal" | "buffered" | "needsText">,
  ): AsyncIterable<CompletionEvent>;
  /** Embeddings for a body of POST /v1/embeddings. Throws ModelError, or VegaError `not_found` for an unknown model. */
  embed(
    body: JsonObject,
    onServed?: (by: Target) => void,
    trace?: string,
  ): Promise<EmbeddingResult>;
  close(): void;
}

export interface ModelsOptions {
  /** Variables with keys of providers, and VEGA_PROVIDERS_FILE. */
  readonly env: Env;
  readonly log: Pick<Logger, "info" | "warn" | "error">;
  /** Facts for `local/echo-analyst`. */
  readonly findFacts: FindFacts;
  /** Milliseconds since the epoch, of a monotonic clock. */
  readonly now?: () => number;
  readonly random?: () => number;
  readonly metrics?: Metrics;
  readonly tracing?: CallTracing | undefined;
  /** Poll interval of the providers file, ms. */
  readonly pollMs?: number;
}

const steadyNow = () => performance.timeOrigin + performance.now();

/** Throws ConfigError for an invalid providers file. */
export function openModels(options: ModelsOptions): Models {
  const { env, log, now = steadyNow, random = Math.random } = options;
  const local = createEchoAnalyst(options.findFacts);
  const breakers = createBreakers(now, ({ key, isOpen, reason }) => {
    if (isOpen) log.warn({ model: key, reason }, "circuit breaker opened");
    else log.info({ model: key }, "circuit breaker closed");
  });
  const lister = createModelLister(now);

  const connect = ({ file, keys }: ProvidersInForce): Map<string, LanguageModel> => {
    for (const provider of file.providers) {
      const missing = whatIsMissing(provider, keys.get(provider.id));
      // Chains skip it silently.
      if (missing !== undefined)
        log.warn({ provider: provider.id, missing }, "provider has no key");
    }
    return new Map([
      ...file.providers.map((one) => [one.id, createProvider(one, keys.get(one.id))] as const),
      [LOCAL, local],
    ]);
  };
  const config = openConfigFile({
    env,
    log,
    ...(options.pollMs !== undefined && { pollMs: options.pollMs }),
    onChange(inForce) {
      providers = connect(inForce);
      lister.forget();
    },
  });
  let providers = connect(config.current());

  const status = (): ProviderStatus[] => {
    const { file, keys } = config.current();
    const known = breakers.keys();
    const healthOf = (id: string) =>
      Object.fromEntries(
        known.filter((key) => key.startsWith(`${id}/`)).map((key) => [key, breakers.health(key)]),
      );
    const declared = file.providers.map((provider): ProviderStatus => {
      const { id, kind } = provider;
      const missing = whatIsMissing(provider, keys.get(id));
      const ready = missing === undefined ? "ready" : "needs_key";
      const model = defaultModel(provider) ?? null;
      return { id, kind, status: ready, model, health: healthOf(id) };
    });
    const own = { id: LOCAL, kind: LOCAL, model: ECHO_ANALYST, health: healthOf(LOCAL) };
    return [...declared, { ...own, status: "ready" }];
  };

  const configOf = (provider: string) =>
    config.current().file.providers.find(({ id }) => id === provider);
  const cost: Models["cost"] = (provider, model, usage) => {
    if (provider === LOCAL) return 0;
    const price = configOf(provider)?.prices[model];
    return price && costOf(usage, price);
  };
  const serverOf = (provider: string): string | undefined => {
    const found = configOf(provider);
    return found && baseUrlOf(found);
  };
  const { metrics, tracing } = options;
  const observers = [
    ...(metrics ? [countCalls(metrics, breakers, cost)] : []),
    ...(tracing ? [traceCalls(tracing, serverOf)] : []),
  ];
  const observe = observers.length > 0 ? combineObservers(observers) : undefined;
  const completeFrom: Models["complete"] = (request, wanted) =>
    complete(request, { ...wanted, breakers, now, random, observe });
  const single = (name: string) => resolve(config.current().file, providers, [name]);
  const dependencies = { complete: completeFrom, cost, now };
  /** The default model of each ready provider; without any, the built-in model. */
  const readyModels = (): string[] => {
    const ready = status().filter(
      ({ id, status: is, model }) => is === "ready" && model && id !== LOCAL,
    );
    const names = ready.map(({ id, model }) => `${id}/${model}`);
    return names.length > 0 ? names : [`${LOCAL}/${ECHO_ANALYST}`];
  };

  return {
    status,
    async list() {
      const { file, keys } = config.current();
      const lists = await Promise.all(
        file.providers.map(async (provider) => {
          const names = await lister.names(provider, keys.get(provider.id));
          return names.map((name) => ({ id: `${provider.id}/${name}`, owned_by: provider.id }));
        }),
      );
      const own = [...Object.keys(file.aliases), ...ensembleNames(file)];
      const aliases = own.map((id) => ({ id, owned_by: "vega" }));
      return [...aliases, ...lists.flat(), { id: `${LOCAL}/${ECHO_ANALYST}`, owned_by: "vega" }];
    },
    resolve(name, fallbacks = []) {
      const { file } = config.current();
      const ensemble = ensembleOf(name);
      if (ensemble === undefined) return resolve(file, providers, [name, ...fallbacks]);
      const opened = openEnsemble(ensemble, file, readyModels(), single, dependencies);
      const rest = resolve(file, providers, fallbacks);
      if (!opened.found || !rest.found) return opened.found ? rest : opened;
      return { found: true, chain: [...opened.chain, ...rest.chain] };
    },
    preferred() {
      if (Object.hasOwn(config.current().file.aliases, "default")) return "default";
      const ready = status().find((one) => one.status === "ready" && one.model !== null);
      return `${ready?.id ?? LOCAL}/${ready?.model ?? ECHO_ANALYST}`;
    },
    cost,
    complete: completeFrom,
    async embed(body, onServed, trace) {
      const { model, fallbacks: _, ...rest } = body;
      const name = typeof model === "string" ? model : "";
      const resolved = resolve(config.current().file, providers, [name]);
      if (!resolved.found) throw noSuchModel(resolved.unknown);
      return embed(rest, resolved.chain, breakers, onServed, {
        ...(observe && { observe }),
        trace,
      });
    },
    close: config.close,
  };
}
