import { agents } from "@vega/contracts";
import { remove } from "../../store/document-ref.ts";
import type { Command } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import { isBuiltIn } from "./built-in.ts";
import { definitionRef, noAgent, readDefinition } from "./documents.ts";

/**
 * Removes an agent and its definition. Its runs remain, and the iteration of the last one: a later agent of that name
 * does not run in it again. A run in progress ends normally.
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
