import type { RequestOutput, ServiceMetrics } from "@vega/contracts";
import type { inference } from "@vega/contracts";
import type { ProviderStatus } from "../models/models.ts";
import { KINDS, LOCAL } from "../providers/kinds.ts";

type Shown = RequestOutput<typeof inference.requests.listProviders>["providers"][number];

/** All configured providers, then the well-known ones that have no key yet. */
export function showProviders(all: readonly ProviderStatus[]): Shown[] {
  const missing = Object.entries(KINDS).flatMap(([kind, { model }]) => {
    // A configured provider of another kind may use the id.
    const isThere = model === undefined || all.some((one) => one.kind === kind || one.id === kind);
    return isThere ? [] : [{ id: kind, kind, status: "needs_key" as const, model, health: {} }];
  });
  return [...all.map(showProvider), ...missing];
}

const showProvider = ({ health, ...status }: ProviderStatus): Shown => ({
  ...status,
  health: Object.fromEntries(
    Object.entries(health).map(([model, { state, waitMs }]) => [model, { state, wait_ms: waitMs }]),
  ),
});

/** Input of the `vega` core. The built-in provider is not counted: it is always available. */
export function countProviders(all: readonly ProviderStatus[]): NonNullable<ServiceMetrics["ai"]> {
  const declared = all.filter(({ id }) => id !== LOCAL);
  const answering = declared.filter(({ status, health }) => {
    const called = Object.values(health);
    return (
      status === "ready" && !(called.length > 0 && called.every(({ state }) => state === "open"))
    );
  });
  return { providers: declared.length, providers_answering: answering.length };
}
