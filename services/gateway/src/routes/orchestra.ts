import type { Orchestra } from "@vega/contracts";
import {
  VegaError,
  inference,
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
import { conversationOwner, sharedConversations } from "./conversation-owner.ts";
import { problemResponse, SIGNED_IN } from "./schemas.ts";

/* Several models that answer as one: what each of them said, and the predecessor's routes to it. */

const text = z.string().trim().min(1).max(1_000_000);
const about = { tags: ["models"], security: SIGNED_IN };
const byName = z.record(z.string(), z.string());
const told = { message_id: z.string().meta({ description: "For GET /api/orchestra/:id" }) };

const saidBy = ({ seats }: Orchestra) =>
  Object.fromEntries(
    seats.filter(({ status }) => status === "answered").map(({ seat, text: said }) => [seat, said]),
  );
const failedBy = ({ seats }: Orchestra) =>
  Object.fromEntries(
    seats
      .filter(({ status }) => status !== "answered")
      .map(({ seat, error }) => [seat, error ?? "it said nothing"]),
  );

export const orchestraRoutes: Routes = async (app, { services, modelClient }) => {
  const modelRoute = { config: { access: "chat", kind: "model", capability: "tongue" } as const };

  app.get(
    "/api/orchestra/*",
    {
      config: { access: "memory" },
      schema: {
        ...about,
        summary: "What each seat of an ensemble said; the id is the message's",
        params: z.object({ "*": messageIdSchema }),
        querystring: z.strictObject(sharedConversations),
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
        throw new VegaError("not_found", "no ensemble gave such an answer");
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
        summary: "Which providers an orchestra could ask",
        response: {
          200: z.object({
            status: z.enum(["ready", "needs_key"]),
            aiCount: z.int(),
            services: z.record(z.string(), z.enum(["ready", "needs_key"])),
          }),
          ...problemResponse,
        },
      },
    },
    async (request) => {
      const { providers } = await services.request(
        inference.requests.listProviders,
        {},
        contextOf(request),
      );
      const others = providers.filter(({ kind }) => kind !== "local");
      const aiCount = others.filter(({ status }) => status === "ready").length;
      const states = Object.fromEntries(others.map(({ id, status }) => [id, status]));
      const status = aiCount > 0 ? ("ready" as const) : ("needs_key" as const);
      return { status, aiCount, services: states };
    },
  );

  app.post(
    "/api/orchestrator/query",
    {
      ...modelRoute,
      schema: {
        ...about,
        summary: "Ask all seats of the default ensemble at once, and one answer of them",
        body: z.object({ prompt: text }),
        response: {
          200: z.object({
            success: z.literal(true),
            responses: byName,
            errors: byName.optional(),
            synthesized: z.string(),
            aiCount: z.int(),
            ...told,
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const asked = { model: "orchestra", prompt: request.body.prompt };
      const {
        text: synthesized,
        orchestra,
        head,
      } = await completePrompt(modelClient, asked, request, reply);
      if (!orchestra) throw new Error("an ensemble without a report");
      const responses = saidBy(orchestra);
      const errors = failedBy(orchestra);
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
        summary: "Have each seat look at a topic from an angle of its own, and one text of them",
        body: z.object({ topic: text }),
        response: {
          200: z.object({
            success: z.literal(true),
            topic: z.string(),
            responses: byName,
            synthesis: z.string(),
            ...told,
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { topic } = request.body;
      const asked = { model: "orchestra", prompt: topic, orchestra: { angles: true } };
      const {
        text: synthesis,
        orchestra,
        head,
      } = await completePrompt(modelClient, asked, request, reply);
      if (!orchestra) throw new Error("an ensemble without a report");
      const responses = saidBy(orchestra);
      const { message_id } = head.begun;
      return { success: true as const, topic, responses, synthesis, message_id };
    },
  );
};
