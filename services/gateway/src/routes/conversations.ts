import {
  conversationCursorSchema,
  conversationIdSchema,
  conversationSchema,
  conversations as conversationsContract,
  messageIdSchema,
  messageSchema,
  messages,
  titleSchema,
} from "@vega/contracts";
import { Readable } from "node:stream";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { requireModule } from "../plugins/disabled-modules.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import {
  openConversation,
  showConversation,
  showMessageOf,
  toJson,
} from "./conversation-export.ts";
import { toMarkdown } from "./conversation-export.ts";
import { conversationOwner, sharedConversations } from "./conversation-owner.ts";
import { wholeNumber } from "./numbers.ts";
import { cursorShape, problemResponse, showCursor, SIGNED_IN, success } from "./schemas.ts";

const idParams = z.object({ id: conversationIdSchema });
const sharedQuery = z.strictObject(sharedConversations);
const conversationShape = conversationSchema.omit({ owner: true });
/** What it says is what was stored; nothing of it is looked at again. */
const messageShape = messageSchema.omit({ owner: true }).extend({
  content: z.unknown(),
  replaced: z
    .literal(true)
    .optional()
    .meta({ description: "It is on a branch that a regenerated or edited message replaced" }),
});

const FORMATS = {
  json: { type: "application/json; charset=utf-8", write: toJson },
  md: { type: "text/markdown; charset=utf-8", write: toMarkdown },
} as const;

const about = { tags: ["conversations"], security: SIGNED_IN };

/** What was said with models: of the account that asks, or of none. */
export const conversationRoutes: Routes = async (app, { services, readModel }) => {
  app.get(
    "/api/conversations",
    {
      config: { access: "memory" },
      schema: {
        ...about,
        summary: "Conversations, those that were used last first; with `search`, those with a text",
        description:
          "A search looks through a bounded number of messages: go on with `next_cursor` until it is null. `partly` names conversations too large to be looked through whole.",
        querystring: z.strictObject({
          ...sharedConversations,
          search: z.string().trim().min(1).max(200).optional(),
          cursor: conversationCursorSchema.optional(),
          limit: wholeNumber(1, 200).default(50),
        }),
        response: {
          200: z.object({
            conversations: z.array(
              conversationShape.extend({
                found: z
                  .object({ message_id: z.string().nullable(), excerpt: z.string() })
                  .optional()
                  .meta({ description: "Where the text is; no message: in the title" }),
              }),
            ),
            partly: z.array(z.string()).optional(),
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
        const result = await services.request(conversationsContract.requests.list, input, context);
        setSequenceHeader(reply, result.sequence);
        const conversations = result.conversations.map(showConversation);
        return { conversations, next_cursor: result.next_cursor };
      }
      requireModule(readModel, "atlas");
      const result = await services.request(
        conversationsContract.requests.search,
        { ...input, text },
        context,
      );
      setSequenceHeader(reply, result.sequence);
      const conversations = result.found.map(({ conversation, ...found }) => ({
        ...showConversation(conversation),
        found,
      }));
      return { conversations, partly: result.partly, next_cursor: result.next_cursor };
    },
  );

  app.post(
    "/api/conversations",
    {
      config: { access: "memory" },
      schema: {
        ...about,
        summary: "Begin a conversation",
        querystring: sharedQuery,
        body: z.object({ title: titleSchema.default("") }),
        response: { 201: conversationShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = { owner: conversationOwner(request), title: request.body.title };
      const result = await services.request(
        conversationsContract.requests.create,
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
        ...about,
        summary: "A conversation, without its messages",
        params: idParams,
        querystring: sharedQuery,
        response: { 200: conversationShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = { owner: conversationOwner(request), conversation_id: request.params.id };
      const result = await services.request(
        conversationsContract.requests.get,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return showConversation(result.conversation);
    },
  );

  app.patch(
    "/api/conversations/:id",
    {
      config: { access: "memory" },
      schema: {
        ...about,
        summary: "Rename a conversation",
        params: idParams,
        querystring: sharedQuery,
        body: z.object({ title: titleSchema }),
        response: { 200: conversationShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const at = { owner: conversationOwner(request), conversation_id: request.params.id };
      const input = { ...at, title: request.body.title };
      const result = await services.request(
        conversationsContract.requests.rename,
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
        ...about,
        summary: "Delete a conversation and all that was said in it; it can't be undone",
        params: idParams,
        querystring: sharedQuery,
        response: { 200: success, ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = { owner: conversationOwner(request), conversation_id: request.params.id };
      const result = await services.request(
        conversationsContract.requests.delete,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return { success: true as const };
    },
  );

  app.get(
    "/api/conversations/:id/messages",
    {
      config: { access: "memory" },
      schema: {
        ...about,
        summary: "Messages of the current branch in their order, or the newest first",
        params: idParams,
        querystring: z.strictObject({
          ...sharedConversations,
          order: z.enum(["asc", "desc"]).default("asc"),
          all_branches: z.stringbool().default(false).meta({
            description: "Also messages of replaced branches, marked as `replaced`",
          }),
          cursor: wholeNumber(0).optional(),
          limit: wholeNumber(1, 500).default(100),
        }),
        response: {
          200: z.object({
            messages: z.array(messageShape),
            next_cursor: cursorShape,
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { order, cursor, limit, all_branches } = request.query;
      const at = { owner: conversationOwner(request), conversation_id: request.params.id };
      const input = { ...at, cursor, limit, newest_first: order === "desc", all_branches };
      const result = await services.request(messages.requests.list, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return {
        messages: result.messages.map(showMessageOf(result.conversation)),
        next_cursor: showCursor(result.next_cursor),
      };
    },
  );

  app.post(
    "/api/conversations/:id/fork",
    {
      config: { access: "memory" },
      schema: {
        ...about,
        summary: "Begin another conversation with the messages up to and with one",
        params: idParams,
        querystring: sharedQuery,
        body: z.object({ message_id: messageIdSchema, title: titleSchema.optional() }),
        response: { 201: conversationShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const at = { owner: conversationOwner(request), conversation_id: request.params.id };
      const input = { ...at, ...request.body };
      const result = await services.request(
        conversationsContract.requests.fork,
        input,
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return reply.code(201).send(showConversation(result.conversation));
    },
  );

  app.get(
    "/api/conversations/:id/export",
    {
      config: { access: "memory" },
      schema: {
        ...about,
        summary: "A conversation with all its messages, as a file",
        params: idParams,
        querystring: z.strictObject({
          ...sharedConversations,
          format: z.enum(["json", "md"]).default("json"),
        }),
        response: {
          200: conversationShape.extend({ messages: z.array(messageShape) }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { format } = request.query;
      const at = { owner: conversationOwner(request), conversation_id: id };
      const opened = await openConversation(services, at, contextOf(request));
      setSequenceHeader(reply, opened.sequence);
      const { type, write } = FORMATS[format];
      void reply
        .header("content-type", type)
        .header("cache-control", "no-store")
        .header("content-disposition", `attachment; filename="conversation-${id}.${format}"`);
      // The schema is that of the JSON form.
      return reply.send(Readable.from(write(opened)) as never);
    },
  );
};
