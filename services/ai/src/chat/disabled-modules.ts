import type { ChatCall } from "@vega/contracts";
import { moduleOff } from "@vega/contracts";
import type { Target } from "../failover/target.ts";
import { LOCAL } from "../providers/kinds.ts";

/** Names of disabled modules, sent by the gateway with each call. */
export type DisabledModules = ReadonlySet<string>;

export const disabledModulesOf = ({ caller }: ChatCall): DisabledModules => new Set(caller.off);

/**
 * A chain without the built-in provider while `playbox` is disabled. Throws VegaError `module_off` for an empty chain.
 */
export function withoutPlaybox(
  chain: readonly Target[],
  disabled: DisabledModules,
): readonly Target[] {
  if (!disabled.has("playbox")) return chain;
  const others = chain.filter(({ provider }) => provider !== LOCAL);
  if (others.length === 0) throw moduleOff("playbox");
  return others;
}
