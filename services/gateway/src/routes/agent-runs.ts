import {
  agentDefinitionInput,
  agentDefinitionSchema,
  agentRunSchema,
  agentRuns,
  agents,
} from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { agentResponse } from "./crystal-responses.ts";
import { wholeNumber } from "./numbers.ts";
import {
  agentShape,
  cursorShape,
  nameParams,
  problemResponse,
  showCursor,
  SIGNED_IN,
  success,
} from "./schemas.ts";

const about = { tags: ["agents"], security: SIGNED_IN, params: nameParams };
const definitionShape = agentDefinitionSchema.omit({ name: true });

/** What agents are to do, and what they did. For operators: evidence and answers may say what is not for all. */
export const agentRunRoutes: Routes = async (app, { services }) => {
  app.put(
    "/api/agents/:name",
    {
      config: { access: "operate" },
      schema: {
        ...about,
        summary: "Say what an agent is to do; a new name makes an agent",
        description:
          'It takes the place of what was said before. `schedule`: `{"every": 10}` iterations, `{"phases": [8]}`, or null: by hand alone. `memory_namespace`: what it is shown of everybody\'s memory, and where its answer is put. Built-in agents take no prompt.',
        body: agentDefinitionInput,
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
        summary: "Take an agent away; what it did stays to be read",
        description: "Built-in agents can't be: they rest where they are not enabled.",
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
        summary: "What an agent is to do",
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
        summary: "What an agent did, the newest run first",
        querystring: z.strictObject({
          cursor: wholeNumber(0).optional(),
          limit: wholeNumber(1, 100).default(20),
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
        summary: "Run an agent now, once in an iteration",
        description:
          "Answers when the run has begun; `/runs` tells what it came to. 409: it runs, or has run in this iteration.",
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
