import type { Orchestra } from "@vega/contracts";
import {
  VegaError,
  messageIdSchema,
  messages,
  orchestraSchema,
  readMessageId,
} from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { completePrompt } from "./complete-prompt.ts";
import { conversationOwner, conversationOwnerQuery } from "./conversation-owner.ts";
import {
  configuredKinds,
  externalProviders,
  listProviders,
  readyProviders,
} from "./provider-keys.ts";
import { EXAMPLE_ID, problemResponse } from "./schemas.ts";

/* Ensembles of models: the responses of single members, and the legacy routes of the orchestrator. */

const text = z.string().trim().min(1).max(1_000_000);
const about = { tags: ["models"] };
const byName = z.record(z.string(), z.string());
const byStatus = z.record(z.string(), z.enum(["ready", "needs_key"]));
const orchestrationShape = z
  .object({
    active: z.boolean(),
    currentTask: z.enum(["query", "synthesize"]).nullable(),
    lastResponse: z.iso.datetime().nullable().meta({ description: "Time of the last response" }),
    aiStatus: byStatus,
  })
  .meta({ description: "Requests to /api/orchestrator on this gateway since its start" });
const messageReference = {
  message_id: z.string().meta({ description: "For GET /api/orchestra/{id}" }),
};

const textsOf = ({ seats }: Orchestra) =>
  Object.fromEntries(
    seats
      .filter(({ status }) => status === "answered")
      .map(({ seat, text: completion }) => [seat, completion]),
  );
const errorsOf = ({ seats }: Orchestra) =>
  Object.fromEntries(
    seats
      .filter(({ status }) => status !== "answered")
      .map(({ seat, error }) => [seat, error ?? "empty response"]),
  );

export const orchestraRoutes: Routes = async (app, { services, modelClient, now }) => {
  const tasks = createTasks(now);
  const modelRoute = { config: { access: "chat", kind: "model", capability: "tongue" } as const };

  app.get(
    "/api/orchestra/*",
    {
      config: { access: "memory" },
      schema: {
        ...about,
        operationId: "getOrchestra",
        summary: "Get the responses of the single members of an ensemble",
        description: "The id is that of the assistant message.",
        params: z.object({ "*": messageIdSchema.meta({ example: `${EXAMPLE_ID}/00000000` }) }),
        querystring: z.strictObject(conversationOwnerQuery),
        response: {
          200: z.object({
            id: z.string(),
            status: z.string(),
            created_at: z.iso.datetime(),
            answer: z.unknown(),
            orchestra: orchestraSchema,
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const id = request.params["*"];
      const { conversation_id, position } = readMessageId(id);
      const at = { owner: conversationOwner(request), conversation_id };
      const page = { cursor: position > 0 ? position - 1 : null, limit: 1 };
      const result = await services.request(
        messages.requests.list,
        { ...at, ...page },
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      const message = result.messages.find((one) => one.id === id);
      if (!message?.orchestra) {
        throw new VegaError("not_found", "the message does not exist or is not from an ensemble");
      }
      const { status, created_at, content, orchestra } = message;
      return { id, status, created_at, answer: content, orchestra };
    },
  );

  app.get(
    "/api/orchestrator/status",
    {
      config: { access: "public" },
      schema: {
        tags: ["models"],
        operationId: "getOrchestratorStatus",
        summary: "Get the providers that an ensemble can use",
        response: {
          200: z.object({
            status: z.enum(["ready", "needs_key"]),
            aiCount: z.int(),
            services: byStatus,
            orchestration: orchestrationShape,
            availableAIs: z.array(z.string()),
            configured: z.record(z.string(), z.boolean()),
          }),
          ...problemResponse,
        },
      },
    },
    async (request) => {
      const { providers } = await listProviders(services, request);
      const states = Object.fromEntries(
        externalProviders(providers).map(({ id, status }) => [id, status]),
      );
      const availableAIs = readyProviders(providers).map(({ id }) => id);
      const aiCount = availableAIs.length;
      return {
        status: aiCount > 0 ? ("ready" as const) : ("needs_key" as const),
        aiCount,
        services: states,
        orchestration: { ...tasks.present(), aiStatus: states },
        availableAIs,
        configured: configuredKinds(providers),
      };
    },
  );

  app.post(
    "/api/orchestrator/query",
    {
      ...modelRoute,
      schema: {
        ...about,
        operationId: "queryOrchestrator",
        summary: "Send a prompt to all members of the default ensemble and combine their responses",
        body: z
          .object({
            prompt: text,
            mode: z.string().max(100).optional().meta({ description: "Without effect" }),
          })
          .meta({ example: { prompt: "What is resonance?" } }),
        response: {
          200: z.object({
            success: z.literal(true),
            responses: byName,
            errors: byName.optional(),
            synthesized: z.string(),
            aiCount: z.int(),
            ...messageReference,
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const prompt = { model: "orchestra", prompt: request.body.prompt };
      const {
        text: synthesized,
        orchestra,
        head,
      } = await tasks.run("query", completePrompt(modelClient, prompt, request, reply));
      if (!orchestra) throw new Error("the ensemble returned no report");
      const responses = textsOf(orchestra);
      const errors = errorsOf(orchestra);
      return {
        success: true as const,
        responses,
        ...(Object.keys(errors).length > 0 && { errors }),
        synthesized,
        aiCount: Object.keys(responses).length,
        message_id: head.begun.message_id,
      };
    },
  );

  app.post(
    "/api/orchestrator/synthesize",
    {
      ...modelRoute,
      schema: {
        ...about,
        operationId: "synthesizeTopic",
        summary:
          "Have each member of the ensemble examine a topic from its own perspective, combined into one text",
        body: z.object({ topic: text }).meta({ example: { topic: "resonance" } }),
        response: {
          200: z.object({
            success: z.literal(true),
            topic: z.string(),
            responses: byName,
            synthesis: z.string(),
            ...messageReference,
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { topic } = request.body;
      const prompt = { model: "orchestra", prompt: topic, orchestra: { angles: true } };
      const {
        text: synthesis,
        orchestra,
        head,
      } = await tasks.run("synthesize", completePrompt(modelClient, prompt, request, reply));
      if (!orchestra) throw new Error("the ensemble returned no report");
      const responses = textsOf(orchestra);
      const { message_id } = head.begun;
      return { success: true as const, topic, responses, synthesis, message_id };
    },
  );
};

/** The requests to the orchestrator under way in this gateway. Prompts are private, so only their kind is shown. */
function createTasks(now: () => number) {
  const running: ("query" | "synthesize")[] = [];
  let lastResponse: string | null = null;
  return {
    present: () => ({
      active: running.length > 0,
      currentTask: running.at(-1) ?? null,
      lastResponse,
    }),
    async run<Result>(task: "query" | "synthesize", result: Promise<Result>): Promise<Result> {
      running.push(task);
      try {
        const done = await result;
        lastResponse = new Date(now()).toISOString();
        return done;
      } finally {
        running.splice(running.indexOf(task), 1);
      }
    },
  };
}
