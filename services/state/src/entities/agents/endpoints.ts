import { agents } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../../state-context.ts";
import { decideActivateAgent, decideUpdateAgents } from "./update.ts";

export function agentEndpoints({ writer }: StateContext): Endpoint[] {
  return [
    endpoint(agents.requests.update, async (input, { context, deadline }) => {
      const command = decideUpdateAgents(input.agents);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, agents: result };
    }),
    endpoint(agents.requests.activate, async ({ name }, { context, deadline }) => {
      const command = decideActivateAgent(name);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, agent: result };
    }),
  ];
}
