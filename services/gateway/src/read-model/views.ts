import type { Crystal, Json, JsonObject } from "@vega/contracts";
import { showAgent, showModules, toTimeCrystal } from "@vega/contracts";

/** The loop as the predecessor's clients know it, with its position. */
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

/** What is shown of the crystal: each of these is one answer, serialized once per change. */
export const VIEWS = {
  status: toTimeCrystal,
  cores: showCores,
  agents: ({ agents }) => agents.map(showAgent),
  modules: ({ modules }) => showModules(modules),
  loop: showLoop,
} satisfies Record<string, (crystal: Crystal) => Json>;

export type ViewName = keyof typeof VIEWS;
