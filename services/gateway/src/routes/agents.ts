import { VegaError, agentUpdateSchema, agents } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { agentResponse } from "./crystal-responses.ts";
import { momentQuery, presentQuery, sendViewAt } from "./moment.ts";
import { agentShape, nameParams, problemResponse } from "./schemas.ts";

export const agentRoutes: Routes = async (app, dependencies) => {
  const { readModel, services } = dependencies;
  app.get(
    "/api/agents",
    {
      config: { access: "public" },
      schema: {
        operationId: "listAgents",
        summary: "List all agents",
        tags: ["agents"],
        querystring: momentQuery,
        response: { 200: z.array(agentShape), ...problemResponse },
      },
    },
    (request, reply) => void sendViewAt(request, reply, "agents", dependencies),
  );

  app.get(
    "/api/agents/:name",
    {
      config: { access: "public" },
      schema: {
        operationId: "getAgent",
        summary: "Get an agent",
        tags: ["agents"],
        params: nameParams("ae_agent"),
        querystring: presentQuery,
        response: { 200: agentShape, ...problemResponse },
      },
    },
    async ({ params: { name } }) => {
      const agent = readModel.crystal().agents.find((candidate) => candidate.name === name);
      if (!agent) throw new VegaError("not_found", `unknown agent: ${JSON.stringify(name)}`);
      return agentResponse(agent);
    },
  );

  app.post(
    "/api/agents/update",
    {
      config: { access: "operate" },
      schema: {
        operationId: "updateAgents",
        summary: "Update agents, all or none; a new name creates an agent",
        tags: ["agents"],
        body: z.object({ agents: z.array(agentUpdateSchema).min(1).max(100) }).meta({
          example: { agents: [{ name: "ae_agent", description: "Summarises the state" }] },
        }),
        response: {
          200: z.object({ success: z.literal(true), agents: z.array(agentShape) }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const result = await services.change(
        agents.requests.update,
        request.body,
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return { success: true as const, agents: result.agents.map(agentResponse) };
    },
  );

  app.post(
    "/api/agents/:name/activate",
    {
      config: { access: "operate" },
      schema: {
        operationId: "activateAgent",
        summary: "Bring an agent to the state active, by its legal transitions",
        tags: ["agents"],
        params: nameParams("ae_agent"),
        response: {
          200: z.object({ success: z.literal(true), agent: agentShape }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const result = await services.change(
        agents.requests.activate,
        request.params,
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return { success: true as const, agent: agentResponse(result.agent) };
    },
  );
};
