import type { Agent, AgentDefinition } from "@vega/contracts";
import { agents } from "@vega/contracts";
import type { z } from "zod";
import { put, subjectOf } from "../../store/document-ref.ts";
import { decideUpdateAgents } from "./update.ts";
import type { Command } from "../../log/decision.ts";
import { accept, event, refuse } from "../../log/decision.ts";
import { isBuiltIn } from "./built-in.ts";
import { definitionRef, readDefinition } from "./documents.ts";

/** Stores an agent's definition, and creates the agent if it is new. */
export function decideDefineAgent({
  name,
  description,
  prompt,
  ...rest
}: z.output<typeof agents.requests.define.input>): Command<{
  agent: Agent;
  definition: AgentDefinition;
}> {
  const ref = definitionRef(name);
  return {
    reads: [ref],
    decide(view, now, sequence) {
      if (isBuiltIn(name) !== (prompt === undefined)) {
        const message = isBuiltIn(name)
          ? `${name} is built in and has a prompt of its own: leave it out`
          : "a prompt is required";
        return refuse("invalid", message, [{ path: "/prompt", message }]);
      }
      const made = decideUpdateAgents([{ name, description }]).decide(view, now, sequence);
      if (!made.ok) return made;
      const agent = made.result.find((one) => one.name === name);
      if (!agent) throw new Error("an agent that was just made is not there");
      const before = readDefinition(view, name);
      const definition = { name, prompt: prompt ?? null, ...rest, updated_at: now };
      if (before && JSON.stringify({ ...before, updated_at: now }) === JSON.stringify(definition)) {
        return accept(made.events, { agent, definition: before });
      }
      const { model, schedule, enabled } = definition;
      const defined = event(
        agents.events.defined,
        subjectOf(ref),
        { name, model, schedule, enabled },
        [put(ref, definition)],
      );
      return accept([...made.events, defined], { agent, definition });
    },
  };
}
