import { anthropicBase, anthropicHeaders } from "./anthropic/model.ts";
import type { ProviderConfig } from "./config.ts";
import { listed } from "./config.ts";
import { baseUrlOf } from "./create.ts";
import { send, readText } from "./http.ts";
import { isObject, parseObject } from "./json.ts";
import { bearer } from "./openai-compatible/model.ts";

const TIMEOUT_MS = 3_000;
const MAX_BYTES = 8 * 1024 * 1024;
const KEPT_MS = 300_000;

/** Models that a provider has, by its own names. */
export interface ModelLister {
  /** What it was told to have, and what it says itself where it may have all. Never fails: it may say nothing. */
  names(provider: ProviderConfig, apiKey: string | undefined): Promise<string[]>;
  /** After the configuration changed. */
  forget(): void;
}

/** @param now milliseconds of a clock that does not go backwards */
export function createModelLister(now: () => number): ModelLister {
  const kept = new Map<string, { readonly at: number; readonly names: Promise<string[]> }>();
  return {
    async names(provider, apiKey) {
      const { names, all } = listed(provider);
      if (!all) return names;
      let known = kept.get(provider.id);
      if (!known || now() - known.at > KEPT_MS) {
        const asked = ask(provider, apiKey).catch(() => {
          // Asked again by the next one who wants to know.
          kept.delete(provider.id);
          return [];
        });
        known = { at: now(), names: asked };
        kept.set(provider.id, known);
      }
      return [...new Set([...names, ...(await known.names)])];
    },
    forget: () => kept.clear(),
  };
}

async function ask(provider: ProviderConfig, apiKey: string | undefined): Promise<string[]> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const own = provider.kind === "anthropic";
  const base = own ? anthropicBase(baseUrlOf(provider)) : baseUrlOf(provider);
  const headers = own ? anthropicHeaders(apiKey) : bearer(apiKey);
  const response = await send({
    url: `${base}/models${own ? "?limit=1000" : ""}`,
    headers,
    signal,
  });
  const body = await readText(response, signal, MAX_BYTES);
  const { data } = parseObject(body);
  if (response.statusCode !== 200 || !Array.isArray(data)) throw new Error("no list of models");
  return data.flatMap((model) =>
    isObject(model) && typeof model.id === "string" ? [model.id] : [],
  );
}
