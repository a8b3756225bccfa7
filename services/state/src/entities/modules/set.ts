import type { Module } from "@vega/contracts";
import { modules } from "@vega/contracts";
import type { Command } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";

/** Turns a module on or off. */
export function decideSetModule(name: string, status: Module["status"]): Command<Module> {
  return {
    reads: [],
    decide(view, now) {
      const before = view.crystal().modules.find((module) => module.name === name);
      if (!before) return refuse("not_found", `there is no module ${JSON.stringify(name)}`);
      if (before.status === status) return accept([], before);
      const module: Module = { ...before, status, updated_at: now };
      return accept([event(modules.events.changed, `modules/${name}`, { module })], module);
    },
  };
}
