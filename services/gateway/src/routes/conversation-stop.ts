import { VegaError, conversations, inference } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { conversationOwner } from "./conversation-owner.ts";
import { conversationParams, documented, ownerQuery } from "./conversation-shapes.ts";
import { problemResponse } from "./schemas.ts";

export const conversationStopRoutes: Routes = async (app, { services }) => {
  app.post(
    "/api/conversations/:id/stop",
    {
      config: { access: "chat" },
      schema: {
        ...documented,
        operationId: "stopConversation",
        summary: "Cancel the running completions of a conversation; their text so far is kept",
        params: conversationParams,
        querystring: ownerQuery,
        response: {
          200: z.object({
            success: z.literal(true),
            stopped: z.int().meta({ description: "Number of cancelled completions" }),
          }),
          ...problemResponse,
        },
      },
    },
    async (request) => {
      const at = { owner: conversationOwner(request), conversation_id: request.params.id };
      const context = contextOf(request);
      try {
        const { cancelled: stopped } = await services.request(
          inference.requests.cancelCalls,
          at,
          context,
        );
        return { success: true as const, stopped };
      } catch (error) {
        // No ai service has such a call: nothing is running, and the conversation may still exist.
        if (!(error instanceof VegaError && error.status === 503)) throw error;
        await services.request(conversations.requests.get, at, context);
        return { success: true as const, stopped: 0 };
      }
    },
  );
};
