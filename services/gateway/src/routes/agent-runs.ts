import {
  agentDefinitionInput,
  agentDefinitionSchema,
  agentRunSchema,
  agentRuns,
  agents,
} from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { component } from "../openapi/components.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { agentResponse } from "./crystal-responses.ts";
import { cursorQuery, limitQuery } from "./parameters.ts";
import {
  agentShape,
  cursorShape,
  nameParams,
  problemResponse,
  showCursor,
  success,
} from "./schemas.ts";

const about = { tags: ["agents"], params: nameParams("ae_agent") };
const definitionShape = component("AgentDefinition", agentDefinitionSchema.omit({ name: true }));

/** Definitions and runs of agents. For operators only: evidence and texts of runs may contain restricted data. */
export const agentRunRoutes: Routes = async (app, { services }) => {
  app.put(
    "/api/agents/:name",
    {
      config: { access: "operate" },
      schema: {
        ...about,
        operationId: "defineAgent",
        summary: "Create an agent or replace its definition",
        description:
          'Replaces the whole definition. `schedule`: `{"every": 10}` iterations, `{"phases": [8]}`, or null for manual runs only. `memory_namespace`: the shared memory that the agent reads and writes its result to. Built-in agents have no `prompt`.',
        body: agentDefinitionInput.meta({
          example: { schedule: { every: 10 }, budget: { tokens_per_day: 10_000 } },
        }),
        response: {
          200: z.object({
            success: z.literal(true),
            agent: agentShape,
            definition: definitionShape,
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const input = { ...request.body, name: request.params.name };
      const result = await services.change(agents.requests.define, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      const { agent, definition } = result;
      return { success: true as const, agent: agentResponse(agent), definition };
    },
  );

  app.delete(
    "/api/agents/:name",
    {
      config: { access: "operate" },
      schema: {
        ...about,
        operationId: "deleteAgent",
        summary: "Delete an agent; its runs are kept",
        description: "Built-in agents cannot be deleted; disable them in their definition.",
        response: { 200: success, ...problemResponse },
      },
    },
    async (request, reply) => {
      const result = await services.change(
        agents.requests.remove,
        request.params,
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return { success: true as const };
    },
  );

  app.get(
    "/api/agents/:name/definition",
    {
      config: { access: "operate" },
      schema: {
        ...about,
        operationId: "getAgentDefinition",
        summary: "Get the definition of an agent",
        response: { 200: definitionShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const result = await services.request(
        agents.requests.getDefinition,
        request.params,
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return result.definition;
    },
  );

  app.get(
    "/api/agents/:name/runs",
    {
      config: { access: "operate" },
      schema: {
        ...about,
        operationId: "listAgentRuns",
        summary: "List the runs of an agent, newest first",
        querystring: z.strictObject({
          cursor: cursorQuery(0),
          limit: limitQuery(100, 20),
        }),
        response: {
          200: z.object({
            runs: z.array(agentRunSchema),
            next_cursor: cursorShape,
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const input = { agent: request.params.name, ...request.query };
      const { sequence, runs, next_cursor } = await services.request(
        agentRuns.requests.list,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      return { runs, next_cursor: showCursor(next_cursor) };
    },
  );

  app.post(
    "/api/agents/:name/run",
    {
      config: { access: "operate" },
      schema: {
        ...about,
        operationId: "runAgent",
        summary: "Run an agent now, at most once in an iteration",
        description:
          "Responds when the run has started; `GET /api/agents/{name}/runs` has its result. 409: the agent is running or has run in this iteration.",
        response: {
          202: z.object({ success: z.literal(true), run: agentRunSchema }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const result = await services.change(agents.requests.run, request.params, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return reply.code(202).send({ success: true as const, run: result.run });
    },
  );
};
