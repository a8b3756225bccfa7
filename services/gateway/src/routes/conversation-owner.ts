import { VegaError } from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { mayUse, userIdOf } from "../access/principal.ts";

/** `?shared=true`: the conversations of no account, where the own ones would be meant. */
export const sharedConversations = {
  shared: z.stringbool().default(false).meta({
    description: "Those of no account, such as the admin token's; for operators",
  }),
};

/**
 * Whose conversations a request is about: an account's own, or those of no account (null), which are not for everybody
 * to read, as memory is: what was said there was said to a model, not to all. Throws VegaError `forbidden`.
 */
export function conversationOwner({
  principal,
  query,
}: Pick<FastifyRequest, "principal"> & { query: { shared: boolean } }): string | null {
  const userId = userIdOf(principal);
  if (userId !== null && !query.shared) return userId;
  if (mayUse(principal, "operate")) return null;
  throw new VegaError(
    "forbidden",
    "conversations of no account are for operators; without `?shared=true` this is about your own",
  );
}
