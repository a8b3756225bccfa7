import { VegaError } from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import { mayUse, userIdOf } from "../access/principal.ts";
import { flagQuery } from "./parameters.ts";

/** `?shared=true`: the conversations without an account instead of the own ones. */
export const conversationOwnerQuery = {
  shared: flagQuery(
    "Use the conversations without an account, such as the admin token's; for operators",
  ),
};

/**
 * The owner of the requested conversations: an account, or null for those without one. Unlike shared memory, the latter
 * are for operators only. Throws VegaError `forbidden`.
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
    "conversations without an account need the permission operate; omit `?shared=true` for your own",
  );
}
