import { orchestraModeSchema } from "@vega/contracts";
import { z } from "zod";
import { KINDS, LOCAL, ORCHESTRA } from "./kinds.ts";
import type { Kind } from "./kinds.ts";

/*
 * Schema of config/providers.json. An invalid member is an error with its place; nothing is corrected silently.
 */

const ALL = "*";
const milliseconds = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);

const limitsSchema = z
  .strictObject({
    connect_ms: milliseconds,
    first_token_ms: milliseconds,
    idle_ms: milliseconds,
    retries: z.int().min(0).max(10),
    max_retry_after_ms: z.int().min(0).max(600_000),
  })
  .partial();

const priceSchema = z.strictObject({
  /** USD for a million tokens. */
  input: z.number().min(0),
  output: z.number().min(0),
  /** Of prompt tokens read from the provider's cache, and written to it; default: as `input`. */
  cached_input: z.number().min(0).optional(),
  cache_write: z.number().min(0).optional(),
});

/** Departures from OpenAI's protocol. What is not said here is learned from refusals. */
const dialectSchema = z
  .strictObject({
    /** The name of the limit of completion tokens. */
    max_tokens: z.enum(["max_tokens", "max_completion_tokens"]),
    /** Whether the role `developer` is known. */
    developer_role: z.boolean(),
    stream: z.boolean(),
    /** Whether a system message may stand only at the beginning. */
    system_first: z.boolean(),
    /** Parameters that are left out. */
    refused: z.array(z.string().min(1)).max(100),
  })
  .partial();

const providerSchema = z
  .strictObject({
    id: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9._-]{0,63}$/,
        "must have only lower-case letters, digits, dots, dashes and underscores",
      )
      .refine(
        (id) => id !== LOCAL,
        `"${LOCAL}" is reserved for the built-in provider; choose another id`,
      )
      .refine(
        (id) => id !== ORCHESTRA,
        `"${ORCHESTRA}" is reserved for ensembles; choose another id`,
      ),
    kind: z.enum(Object.keys(KINDS) as [Kind, ...Kind[]]),
    base_url: z
      .url({ protocol: /^https?$/, error: "must be a URL with http or https" })
      .transform((url) => url.replace(/\/+$/, ""))
      .optional(),
    /** Environment variable with the key. Without it and api_key_file, requests have no credentials. */
    api_key_env: z.string().min(1).optional(),
    api_key_file: z.string().min(1).optional(),
    models: z.array(z.string().min(1).max(200)).min(1).default([ALL]),
    /** The model of requests that name only the provider. */
    default_model: z.string().min(1).optional(),
    /** By model. */
    prices: z.record(z.string(), priceSchema).default({}),
    /** Tokens, by model. */
    context_windows: z.record(z.string(), z.int().min(1)).default({}),
    /** Models that continue the text of a trailing assistant message. */
    prefill: z.array(z.string()).default([]),
    limits: limitsSchema.default({}),
    dialect: dialectSchema.default({}),
  })
  .superRefine((provider, context) => {
    if (provider.base_url === undefined && KINDS[provider.kind].baseUrl === undefined) {
      const message = "is missing; this kind has no default";
      context.addIssue({ code: "custom", path: ["base_url"], message });
    }
    if (provider.api_key_env !== undefined && provider.api_key_file !== undefined) {
      const message = "must not be set together with api_key_env";
      context.addIssue({ code: "custom", path: ["api_key_file"], message });
    }
  });

const chainSchema = z.array(z.string().min(1)).min(1).max(16);
const aliasSchema = z.union([
  chainSchema.transform((chain) => ({ chain, limits: {} as z.infer<typeof limitsSchema> })),
  z.strictObject({ chain: chainSchema, limits: limitsSchema.default({}) }),
]);

/** The ensemble of the model name `orchestra`. */
export const DEFAULT_ENSEMBLE = "default";

export const ensembleSchema = z.strictObject({
  /** Models or aliases of the members, called concurrently. */
  seats: z.array(z.string().min(1)).min(1).max(16),
  /** Model that merges the completions or picks one; default: the first member. */
  conductor: z.string().min(1).optional(),
  mode: orchestraModeSchema.default("synthesise"),
  /** Timeout of the members. */
  deadline_ms: milliseconds.default(15_000),
  /** Completions after which the other members are cancelled; default: all. */
  quorum: z.int().min(1).max(16).optional(),
});
export type EnsembleConfig = z.output<typeof ensembleSchema>;

export const providersFileSchema = z
  .strictObject({
    $schema: z.string().optional(),
    providers: z.array(providerSchema).default([]),
    aliases: z
      .record(
        z.string().regex(/^[^/\s]{1,64}$/, "must not contain a slash or a blank"),
        aliasSchema,
      )
      .default({}),
    ensembles: z
      .record(
        z
          .string()
          .regex(
            /^[a-z0-9][a-z0-9._-]{0,63}$/,
            "must have only lower-case letters, digits, dots, dashes and underscores",
          ),
        ensembleSchema,
      )
      .default({}),
    /** Defaults; limits of a provider override them, and those of an alias override both. */
    limits: limitsSchema.default({}),
  })
  .superRefine(({ providers, aliases, ensembles }, context) => {
    const ids = new Set<string>([LOCAL]);
    providers.forEach(({ id }, index) => {
      const message = `"${id}" is used twice; ids must be unique`;
      if (ids.has(id))
        context.addIssue({ code: "custom", path: ["providers", index, "id"], message });
      ids.add(id);
    });
    for (const [name, { seats, conductor }] of Object.entries(ensembles)) {
      for (const seat of [...seats, ...(conductor === undefined ? [] : [conductor])]) {
        const provider = splitName(seat)?.provider ?? seat;
        if (Object.hasOwn(aliases, seat) || ids.has(provider)) continue;
        const message = `unknown model or alias ${JSON.stringify(seat)}; declare it under "providers" or "aliases"`;
        context.addIssue({ code: "custom", path: ["ensembles", name], message });
      }
    }
    for (const [name, { chain }] of Object.entries(aliases)) {
      chain.forEach((model, index) => {
        const provider = splitName(model)?.provider;
        const path = ["aliases", name, index];
        if (provider === undefined) {
          context.addIssue({ code: "custom", path, message: "must be <provider>/<model>" });
        } else if (!ids.has(provider)) {
          const message = `unknown provider "${provider}"; declare it under "providers"`;
          context.addIssue({ code: "custom", path, message });
        }
      });
    }
  });

export type ProvidersFile = z.output<typeof providersFileSchema>;
export type ProviderConfig = ProvidersFile["providers"][number];
export type LimitsConfig = ProvidersFile["limits"];

/** Whether a provider may use a model. */
export const offers = ({ models }: ProviderConfig, model: string): boolean =>
  models.includes(ALL) || models.includes(model);

/** The configured model names, and whether all other models are allowed too. */
export const listed = ({ models }: ProviderConfig): { names: string[]; all: boolean } => ({
  names: models.filter((name) => name !== ALL),
  all: models.includes(ALL),
});

/** Splits `<provider>/<model>`; the model's name may contain slashes. */
export function splitName(name: string): { provider: string; model: string } | undefined {
  const slash = name.indexOf("/");
  if (slash < 1 || slash === name.length - 1) return undefined;
  return { provider: name.slice(0, slash), model: name.slice(slash + 1) };
}

/** Parses a providers file. @returns the file, or its issues with their places */
export function parseProviders(
  text: string,
): { readonly file: ProvidersFile } | { readonly issues: string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // Only the position: the message of JSON.parse quotes the text, which may contain a key.
    const where = /position \d+( \(line \d+ column \d+\))?/.exec((error as Error).message)?.[0];
    return {
      issues: [`is not valid JSON${where ? ` at ${where}` : ""}; correct or remove the file`],
    };
  }
  const result = providersFileSchema.safeParse(value);
  if (result.success) return { file: result.data };
  return { issues: result.error.issues.map(({ path, message }) => `${placeOf(path)}: ${message}`) };
}

const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part, at) => (typeof part === "number" ? `[${part}]` : `${at ? "." : ""}${String(part)}`))
    .join("") || "the file";
