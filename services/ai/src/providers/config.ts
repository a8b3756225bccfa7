import { orchestraModeSchema } from "@vega/contracts";
import { z } from "zod";
import { KINDS, LOCAL, ORCHESTRA } from "./kinds.ts";
import type { Kind } from "./kinds.ts";

/*
 * The file config/providers.json. What is written wrong is named with its place and never guessed at.
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
});

const providerSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "an id has small letters, digits, dots and dashes only")
      .refine((id) => id !== LOCAL, `"${LOCAL}" is the provider of this house; take another id`)
      .refine((id) => id !== ORCHESTRA, `"${ORCHESTRA}" names ensembles; take another id`),
    kind: z.enum(Object.keys(KINDS) as [Kind, ...Kind[]]),
    base_url: z
      .url({ protocol: /^https?$/, error: "is no URL with http or https" })
      .transform((url) => url.replace(/\/+$/, ""))
      .optional(),
    /** The variable of the environment that holds the key. With neither, no key is sent. */
    api_key_env: z.string().min(1).optional(),
    api_key_file: z.string().min(1).optional(),
    models: z.array(z.string().min(1).max(200)).min(1).default([ALL]),
    /** What is asked where only the provider is named. */
    default_model: z.string().min(1).optional(),
    /** By model. */
    prices: z.record(z.string(), priceSchema).default({}),
    /** Tokens, by model. */
    context_windows: z.record(z.string(), z.int().min(1)).default({}),
    /** Models that go on with an assistant's text that comes last. */
    prefill: z.array(z.string()).default([]),
    limits: limitsSchema.default({}),
  })
  .superRefine((provider, context) => {
    if (provider.base_url === undefined && KINDS[provider.kind].baseUrl === undefined) {
      const message = "is missing; this kind has no default";
      context.addIssue({ code: "custom", path: ["base_url"], message });
    }
    if (provider.api_key_env !== undefined && provider.api_key_file !== undefined) {
      const message = "name either api_key_env or api_key_file";
      context.addIssue({ code: "custom", path: ["api_key_file"], message });
    }
  });

const chainSchema = z.array(z.string().min(1)).min(1).max(16);
const aliasSchema = z.union([
  chainSchema.transform((chain) => ({ chain, limits: {} as z.infer<typeof limitsSchema> })),
  z.strictObject({ chain: chainSchema, limits: limitsSchema.default({}) }),
]);

/** The ensemble that `orchestra` alone means. */
export const DEFAULT_ENSEMBLE = "default";

export const ensembleSchema = z.strictObject({
  /** Models or aliases that answer at once. */
  seats: z.array(z.string().min(1)).min(1).max(16),
  /** Who puts their answers together, or chooses; the first seat by default. */
  conductor: z.string().min(1).optional(),
  mode: orchestraModeSchema.default("synthesise"),
  /** How long seats are waited for. */
  deadline_ms: milliseconds.default(15_000),
  /** Answers that are enough; all by default. */
  quorum: z.int().min(1).max(16).optional(),
});
export type EnsembleConfig = z.output<typeof ensembleSchema>;

export const providersFileSchema = z
  .strictObject({
    $schema: z.string().optional(),
    providers: z.array(providerSchema).default([]),
    aliases: z
      .record(z.string().regex(/^[^/\s]{1,64}$/, "an alias has no slash and no blank"), aliasSchema)
      .default({}),
    ensembles: z
      .record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "is no name"), ensembleSchema)
      .default({}),
    /** Of all routes; those of a provider, and then those of an alias, go before. */
    limits: limitsSchema.default({}),
  })
  .superRefine(({ providers, aliases, ensembles }, context) => {
    const ids = new Set<string>([LOCAL]);
    providers.forEach(({ id }, index) => {
      const message = `"${id}" stands twice; name it once`;
      if (ids.has(id))
        context.addIssue({ code: "custom", path: ["providers", index, "id"], message });
      ids.add(id);
    });
    for (const [name, { seats, conductor }] of Object.entries(ensembles)) {
      for (const seat of [...seats, ...(conductor === undefined ? [] : [conductor])]) {
        const provider = splitName(seat)?.provider ?? seat;
        if (Object.hasOwn(aliases, seat) || ids.has(provider)) continue;
        const message = `there is no model or alias ${JSON.stringify(seat)}; declare it above`;
        context.addIssue({ code: "custom", path: ["ensembles", name], message });
      }
    }
    for (const [name, { chain }] of Object.entries(aliases)) {
      chain.forEach((model, index) => {
        const provider = splitName(model)?.provider;
        const path = ["aliases", name, index];
        if (provider === undefined) {
          context.addIssue({ code: "custom", path, message: "name it as <provider>/<model>" });
        } else if (!ids.has(provider)) {
          const message = `there is no provider "${provider}"; declare it under "providers"`;
          context.addIssue({ code: "custom", path, message });
        }
      });
    }
  });

export type ProvidersFile = z.output<typeof providersFileSchema>;
export type ProviderConfig = ProvidersFile["providers"][number];
export type LimitsConfig = ProvidersFile["limits"];

/** Whether a provider takes a model's name. */
export const offers = ({ models }: ProviderConfig, model: string): boolean =>
  models.includes(ALL) || models.includes(model);

/** The names that a provider lists itself, and whether it has others. */
export const listed = ({ models }: ProviderConfig): { names: string[]; all: boolean } => ({
  names: models.filter((name) => name !== ALL),
  all: models.includes(ALL),
});

/** `<provider>/<model>`; a model's own name may have slashes, too. */
export function splitName(name: string): { provider: string; model: string } | undefined {
  const slash = name.indexOf("/");
  if (slash < 1 || slash === name.length - 1) return undefined;
  return { provider: name.slice(0, slash), model: name.slice(slash + 1) };
}

/** Reads the text of such a file. @returns what is wrong with it, by place, where it can't be taken. */
export function parseProviders(
  text: string,
): { readonly file: ProvidersFile } | { readonly faults: string[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The message of JSON.parse quotes the text; somebody may have put a key there.
    const where = /position \d+( \(line \d+ column \d+\))?/.exec((error as Error).message)?.[0];
    return { faults: [`is no JSON${where ? ` at ${where}` : ""}; mend it or remove the file`] };
  }
  const result = providersFileSchema.safeParse(value);
  if (result.success) return { file: result.data };
  return { faults: result.error.issues.map(({ path, message }) => `${placeOf(path)}: ${message}`) };
}

const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part, at) => (typeof part === "number" ? `[${part}]` : `${at ? "." : ""}${String(part)}`))
    .join("") || "the file";
