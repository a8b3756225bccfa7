import type { AgentDefinition } from "@vega/contracts";
import { BUILT_IN_AGENTS } from "@vega/contracts";

/** Iterations between two runs, about five minutes: an idle system's log hardly grows. */
const EVERY = 60;

/** The default definition of a built-in agent; undefined for others. */
export function builtInDefinition(name: string, now: string): AgentDefinition | undefined {
  if (!isBuiltIn(name)) return undefined;
  return {
    name,
    prompt: null,
    model: null,
    schedule: { every: EVERY },
    memory_namespace: null,
    budget: { tokens_per_day: null },
    enabled: true,
    updated_at: now,
  };
}

export const isBuiltIn = (name: string): boolean =>
  (BUILT_IN_AGENTS as readonly string[]).includes(name);
