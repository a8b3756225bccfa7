import { Readable } from "node:stream";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { openConversation, toJson, toMarkdown } from "./conversation-export.ts";
import { conversationOwner, conversationOwnerQuery } from "./conversation-owner.ts";
import {
  conversationParams,
  conversationShape,
  documented,
  messageShape,
} from "./conversation-shapes.ts";
import { problemResponse } from "./schemas.ts";

const FORMATS = {
  json: { type: "application/json; charset=utf-8", write: toJson },
  md: { type: "text/markdown; charset=utf-8", write: toMarkdown },
} as const;

export const conversationDownloadRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/conversations/:id/export",
    {
      config: { access: "memory" },
      schema: {
        ...documented,
        operationId: "exportConversation",
        summary: "Export a conversation with all its messages as a file",
        params: conversationParams,
        querystring: z.strictObject({
          ...conversationOwnerQuery,
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
      // The response schema describes the JSON format only.
      return reply.send(Readable.from(write(opened)) as never);
    },
  );
};
