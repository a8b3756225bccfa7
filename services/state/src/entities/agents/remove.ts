import { agents } from "@vega/contracts";
import { remove } from "../../store/document-ref.ts";
import type { Command } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import { isBuiltIn } from "./built-in.ts";
import { definitionRef, noAgent, readDefinition } from "./documents.ts";

/**
 * Takes an agent away, and what it was to do. What it did stays, and the iteration of its last run: one of its name that
 * is made later does not run in the same one again. A run under way ends by itself.
 */
export function decideRemoveAgent(name: string): Command<null> {
  const ref = definitionRef(name);
  return {
    reads: [ref],
    decide(view) {
      if (!view.crystal().agents.some((agent) => agent.name === name)) {
        return refuse("not_found", noAgent(name));
      }
      if (isBuiltIn(name)) {
        const message = `${name} is built in; PUT /api/agents/${name} with "enabled": false has it rest`;
        return refuse("conflict", message);
      }
      const also = readDefinition(view, name) ? [remove(ref)] : [];
      return accept([event(agents.events.removed, `agents/${name}`, { name }, also)], null);
    },
  };
}
