import type { RequestOutput } from "@vega/contracts";
import { inference } from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import type { Dependencies } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";

/** Kinds of providers with routes of their own, as the predecessor has them. */
export const PROVIDER_KINDS = ["openai", "xai", "anthropic", "deepseek"] as const;
export type ProviderKind = (typeof PROVIDER_KINDS)[number];

type Listed = RequestOutput<typeof inference.requests.listProviders>;
type Provider = Listed["providers"][number];

export const listProviders = (
  services: Dependencies["services"],
  request: FastifyRequest,
): Promise<Listed> => services.request(inference.requests.listProviders, {}, contextOf(request));

/** Providers that write free text, which the built-in model does not. */
export const externalProviders = (providers: readonly Provider[]): Provider[] =>
  providers.filter(({ kind }) => kind !== "local");

/** The same, as far as they are configured. */
export const readyProviders = (providers: readonly Provider[]): Provider[] =>
  externalProviders(providers).filter(({ status }) => status === "ready");

/** The provider with that id, otherwise the first of that kind. */
export const providerOfKind = (providers: readonly Provider[], kind: ProviderKind) =>
  providers.find(({ id }) => id === kind) ??
  providers.find((one) => one.kind === kind) ?? {
    id: kind,
    status: "needs_key" as const,
    model: null,
  };

/** Whether each kind is configured. There is no provider for Suno. */
export const configuredKinds = (providers: readonly Provider[]): Record<string, boolean> => ({
  ...Object.fromEntries(
    PROVIDER_KINDS.map((kind) => [kind, providerOfKind(providers, kind).status === "ready"]),
  ),
  suno: false,
});
