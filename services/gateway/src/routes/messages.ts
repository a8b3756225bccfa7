import { messages } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { showMessageOf } from "./conversation-export.ts";
import { conversationOwner, conversationOwnerQuery } from "./conversation-owner.ts";
import { conversationParams, documented, messageShape } from "./conversation-shapes.ts";
import { cursorQuery, flagQuery, limitQuery } from "./parameters.ts";
import { cursorShape, problemResponse, showCursor } from "./schemas.ts";

export const messageRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/conversations/:id/messages",
    {
      config: { access: "memory" },
      schema: {
        ...documented,
        operationId: "listMessages",
        summary: "List the messages of the current branch, oldest or newest first",
        params: conversationParams,
        querystring: z.strictObject({
          ...conversationOwnerQuery,
          order: z.enum(["asc", "desc"]).default("asc"),
          all_branches: flagQuery("Include messages of replaced branches, marked as `replaced`"),
          cursor: cursorQuery(0),
          limit: limitQuery(500, 100),
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
};
