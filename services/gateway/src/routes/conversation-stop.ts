import { VegaError, inference, messages } from "@vega/contracts";
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
      const none = { success: true as const, stopped: 0 };
      // A broadcast that concerns no instance ends by its timeout, so state is asked first.
      const { message_ids } = await services.request(messages.requests.listPending, at, context);
      if (message_ids.length === 0) return none;
      try {
        const { cancelled: stopped } = await services.request(
          inference.requests.cancelCalls,
          at,
          context,
        );
        return { success: true as const, stopped };
      } catch (error) {
        // No ai service has such a call: it has just ended, or its process has.
        if (!(error instanceof VegaError && error.status === 503)) throw error;
        return none;
      }
    },
  );
};
