import { conversationIdSchema, conversationSchema, messageSchema } from "@vega/contracts";
import { z } from "zod";
import { component } from "../openapi/components.ts";
import { conversationOwnerQuery } from "./conversation-owner.ts";
import { EXAMPLE_ID } from "./schemas.ts";

/* What the routes of conversations share. */

export const conversationParams = z.object({
  id: conversationIdSchema.meta({ example: EXAMPLE_ID }),
});
export const ownerQuery = z.strictObject(conversationOwnerQuery);

export const conversationShape = component(
  "Conversation",
  conversationSchema.omit({ owner: true }),
);

/** The content is not validated on the way out. */
export const messageShape = component(
  "Message",
  messageSchema.omit({ owner: true }).extend({
    content: z.unknown(),
    replaced: z
      .literal(true)
      .optional()
      .meta({ description: "On a branch that a regenerated or edited message replaced" }),
  }),
);

/** The part of a route's schema that all of them have. */
export const documented = { tags: ["conversations"] };
