import { VegaError, conversationIdSchema, conversations, inference } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { conversationOwner, sharedConversations } from "./conversation-owner.ts";
import { problemResponse, SIGNED_IN } from "./schemas.ts";

export const conversationStopRoutes: Routes = async (app, { services }) => {
  app.post(
    "/api/conversations/:id/stop",
    {
      config: { access: "chat" },
      schema: {
        tags: ["conversations"],
        security: SIGNED_IN,
        summary: "Cancel the answers under way in a conversation; what has arrived of them is kept",
        params: z.object({ id: conversationIdSchema }),
        querystring: z.strictObject(sharedConversations),
        response: {
          200: z.object({
            success: z.literal(true),
            stopped: z
              .int()
              .meta({ description: "Answers that were cancelled; 0: there was none" }),
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
        // Nobody has such a call, or nobody is there: then nothing is answered there either.
        if (!(error instanceof VegaError && error.status === 503)) throw error;
        await services.request(conversations.requests.get, at, context);
        return { success: true as const, stopped: 0 };
      }
    },
  );
};
