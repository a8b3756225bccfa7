import type { Crystal, Json, JsonObject, Module } from "@vega/contracts";
import { capabilityOf, showAgent, showModule, toTimeCrystal } from "@vega/contracts";

/** The loop in the shape of legacy clients, with its position. */
export function showLoop({ loop, phases }: Crystal): JsonObject {
  return {
    active: loop.active,
    current_phase: loop.phase,
    iteration: loop.iteration,
    phases,
    next_at: loop.next_at,
  };
}

function showCores({ cores }: Crystal): JsonObject {
  return Object.fromEntries(
    cores.map(({ name, status, power, last_update, missed, evidence }) => [
      name,
      { status, power, last_update, missed_iterations: missed, evidence },
    ]),
  );
}

/** A module with its capability, which overrides an imported field of that name. */
export const showModuleWithCapability = (module: Module): JsonObject => ({
  ...showModule(module),
  capability: capabilityOf(module.name),
});

/** Projections of the crystal; each is serialized once per change. */
export const VIEWS = {
  status: toTimeCrystal,
  cores: showCores,
  agents: ({ agents }) => agents.map(showAgent),
  modules: ({ modules }) =>
    Object.fromEntries(modules.map((module) => [module.name, showModuleWithCapability(module)])),
  loop: showLoop,
} satisfies Record<string, (crystal: Crystal) => Json>;

export type ViewName = keyof typeof VIEWS;
