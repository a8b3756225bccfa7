import {
  conversationCursorSchema,
  conversations,
  conversationSearchCursorSchema,
  messageIdSchema,
  titleSchema,
} from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { requireModule } from "../plugins/disabled-modules.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { showConversation } from "./conversation-export.ts";
import { conversationOwner, conversationOwnerQuery } from "./conversation-owner.ts";
import {
  conversationParams,
  conversationShape,
  documented,
  ownerQuery,
} from "./conversation-shapes.ts";
import { limitQuery } from "./parameters.ts";
import { EXAMPLE_ID, problemResponse, success } from "./schemas.ts";

/** Conversations with models: those of the account, or those without an account. */
export const conversationRoutes: Routes = async (app, { services, readModel }) => {
  app.get(
    "/api/conversations",
    {
      config: { access: "memory" },
      schema: {
        ...documented,
        operationId: "listConversations",
        summary: "List conversations, most recently used first, or search them",
        description:
          "`search` finds titles and messages that have a word for each word of the text, which begins with it, in any case and with or without diacritics. Conversations with a matching title come first, the newest first; then those with a matching message, the one with the newest match first. `complete` is false while messages of an older version are still being indexed.",
        querystring: z.strictObject({
          ...conversationOwnerQuery,
          search: z
            .string()
            .trim()
            .min(1)
            .max(200)
            .optional()
            .meta({ description: "Text to search for" }),
          cursor: conversationCursorSchema
            .or(conversationSearchCursorSchema)
            .optional()
            .meta({ description: "`next_cursor` of the previous page" }),
          limit: limitQuery(200, 50),
        }),
        response: {
          200: z.object({
            conversations: z.array(
              conversationShape.extend({
                found: z
                  .object({ message_id: z.string().nullable(), excerpt: z.string() })
                  .optional()
                  .meta({ description: "Position of the text; `message_id` null: in the title" }),
              }),
            ),
            partly: z.array(z.string()).optional().meta({
              description: "With `search`; always empty, since whole conversations are searched",
            }),
            complete: z.boolean().optional().meta({ description: "With `search`" }),
            next_cursor: z.string().nullable(),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { search: text, cursor, limit } = request.query;
      const input = { owner: conversationOwner(request), cursor, limit };
      const context = contextOf(request);
      if (text === undefined) {
        const result = await services.request(conversations.requests.list, input, context);
        setSequenceHeader(reply, result.sequence);
        return {
          conversations: result.conversations.map(showConversation),
          next_cursor: result.next_cursor,
        };
      }
      requireModule(readModel, "atlas");
      const result = await services.request(
        conversations.requests.search,
        { ...input, text },
        context,
      );
      setSequenceHeader(reply, result.sequence);
      const found = result.found.map(({ conversation, ...match }) => ({
        ...showConversation(conversation),
        found: match,
      }));
      const { partly, complete, next_cursor } = result;
      return { conversations: found, partly, complete, next_cursor };
    },
  );

  app.post(
    "/api/conversations",
    {
      config: { access: "memory" },
      schema: {
        ...documented,
        operationId: "createConversation",
        summary: "Create a conversation",
        querystring: ownerQuery,
        body: z.object({ title: titleSchema.default("") }).meta({ example: { title: "Plans" } }),
        response: { 201: conversationShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = { owner: conversationOwner(request), title: request.body.title };
      const result = await services.request(
        conversations.requests.create,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return reply.code(201).send(showConversation(result.conversation));
    },
  );

  app.get(
    "/api/conversations/:id",
    {
      config: { access: "memory" },
      schema: {
        ...documented,
        operationId: "getConversation",
        summary: "Get a conversation without its messages",
        params: conversationParams,
        querystring: ownerQuery,
        response: { 200: conversationShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = { owner: conversationOwner(request), conversation_id: request.params.id };
      const result = await services.request(conversations.requests.get, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return showConversation(result.conversation);
    },
  );

  app.patch(
    "/api/conversations/:id",
    {
      config: { access: "memory" },
      schema: {
        ...documented,
        operationId: "renameConversation",
        summary: "Rename a conversation",
        params: conversationParams,
        querystring: ownerQuery,
        body: z.object({ title: titleSchema }).meta({ example: { title: "Plans" } }),
        response: { 200: conversationShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const at = { owner: conversationOwner(request), conversation_id: request.params.id };
      const input = { ...at, title: request.body.title };
      const result = await services.request(
        conversations.requests.rename,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return showConversation(result.conversation);
    },
  );

  app.delete(
    "/api/conversations/:id",
    {
      config: { access: "memory" },
      schema: {
        ...documented,
        operationId: "deleteConversation",
        summary: "Delete a conversation and its messages; this cannot be undone",
        params: conversationParams,
        querystring: ownerQuery,
        response: { 200: success, ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = { owner: conversationOwner(request), conversation_id: request.params.id };
      const result = await services.request(
        conversations.requests.delete,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return { success: true as const };
    },
  );

  app.post(
    "/api/conversations/:id/fork",
    {
      config: { access: "memory" },
      schema: {
        ...documented,
        operationId: "forkConversation",
        summary: "Create a conversation with the messages up to and including one",
        params: conversationParams,
        querystring: ownerQuery,
        body: z
          .object({ message_id: messageIdSchema, title: titleSchema.optional() })
          .meta({ example: { message_id: `${EXAMPLE_ID}/00000000` } }),
        response: { 201: conversationShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const at = { owner: conversationOwner(request), conversation_id: request.params.id };
      const input = { ...at, ...request.body };
      const result = await services.request(conversations.requests.fork, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return reply.code(201).send(showConversation(result.conversation));
    },
  );
};
