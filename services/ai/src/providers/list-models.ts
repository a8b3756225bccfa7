import type { ProviderConfig } from "./config.ts";
import { listed } from "./config.ts";
import { baseUrlOf } from "./create.ts";
import { send, readText } from "./http.ts";
import { isObject, parseObject } from "./json.ts";
import { KINDS } from "./kinds.ts";

const TIMEOUT_MS = 3_000;
const MAX_BYTES = 8 * 1024 * 1024;
const TTL_MS = 300_000;

/** Cached model lists of the providers. */
export interface ModelLister {
  /** Configured names, and those of the provider's own list where it may use all models. Never rejects. */
  names(provider: ProviderConfig, apiKey: string | undefined): Promise<string[]>;
  /** Clears the cache after a change of the configuration. */
  forget(): void;
}

/** @param now milliseconds of a monotonic clock */
export function createModelLister(now: () => number): ModelLister {
  const cache = new Map<string, { readonly at: number; readonly names: Promise<string[]> }>();
  return {
    async names(provider, apiKey) {
      const { names, all } = listed(provider);
      if (!all) return names;
      let cached = cache.get(provider.id);
      if (!cached || now() - cached.at > TTL_MS) {
        const fetched = fetchNames(provider, apiKey).catch(() => {
          // A failure is not cached.
          cache.delete(provider.id);
          return [];
        });
        cached = { at: now(), names: fetched };
        cache.set(provider.id, cached);
      }
      return [...new Set([...names, ...(await cached.names)])];
    },
    forget: () => cache.clear(),
  };
}

async function fetchNames(provider: ProviderConfig, apiKey: string | undefined): Promise<string[]> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const request = KINDS[provider.kind].listModels({ baseUrl: baseUrlOf(provider), apiKey });
  const response = await send({ ...request, signal });
  const body = await readText(response, signal, MAX_BYTES);
  const { data } = parseObject(body);
  if (response.statusCode !== 200 || !Array.isArray(data)) throw new Error("not a list of models");
  return data.flatMap((model) =>
    isObject(model) && typeof model.id === "string" ? [model.id] : [],
  );
}
