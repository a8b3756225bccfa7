import type { ChatCall } from "@vega/contracts";
import { moduleOff } from "@vega/contracts";
import type { Target } from "../failover/target.ts";
import { LOCAL } from "../providers/kinds.ts";

/** Modules that are off, by name, as the caller told. */
export type DisabledModules = ReadonlySet<string>;

export const disabledModulesOf = ({ caller }: ChatCall): DisabledModules => new Set(caller.off);

/**
 * A chain without the provider of this house where `playbox` is off, as if it could not be reached: the others are
 * asked. Throws VegaError `module_off` where nobody is left.
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
