import { agents as agentsContract } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { App } from "../../state-context.ts";
import * as agents from "./change.ts";

export function agentEndpoints({ writer }: App): Endpoint[] {
  return [
    endpoint(agentsContract.requests.update, async (input, { context, deadline }) => {
      const command = agents.updateAgents(input.agents);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, agents: result };
    }),
    endpoint(agentsContract.requests.activate, async ({ name }, { context, deadline }) => {
      const command = agents.activateAgent(name);
      const { result, sequence } = await writer.submit(command, context, deadline);
      return { sequence, agent: result };
    }),
  ];
}
