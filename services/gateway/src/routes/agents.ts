import { VegaError, agentUpdateSchema, agents } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { agentResponse } from "./crystal-responses.ts";
import { momentQuery, presentQuery, sendViewAt } from "./moment.ts";
import { SIGNED_IN, agentShape, nameParams, problemResponse } from "./schemas.ts";

export const agentRoutes: Routes = async (app, dependencies) => {
  const { readModel, services } = dependencies;
  app.get(
    "/api/agents",
    {
      config: { access: "public" },
      schema: {
        summary: "All agents",
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
        summary: "One agent",
        tags: ["agents"],
        params: nameParams,
        querystring: presentQuery,
        response: { 200: agentShape, ...problemResponse },
      },
    },
    async ({ params: { name } }) => {
      const agent = readModel.crystal().agents.find((candidate) => candidate.name === name);
      if (!agent) throw new VegaError("not_found", `there is no agent ${JSON.stringify(name)}`);
      return agentResponse(agent);
    },
  );

  app.post(
    "/api/agents/update",
    {
      config: { access: "operate" },
      schema: {
        summary: "Change agents, all or none; a new name makes an agent",
        tags: ["agents"],
        security: SIGNED_IN,
        body: z.object({ agents: z.array(agentUpdateSchema).min(1).max(100) }),
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
        summary: "Bring an agent to active, by the legal steps",
        tags: ["agents"],
        security: SIGNED_IN,
        params: nameParams,
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
