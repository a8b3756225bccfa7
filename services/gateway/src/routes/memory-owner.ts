import { VegaError } from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { Principal } from "../access/principal.ts";
import { mayUse, userIdOf } from "../access/principal.ts";

/** `?shared=true`: everybody's memory, where the own one would be meant. */
export const sharedQuery = z.strictObject({
  shared: z
    .stringbool()
    .default(false)
    .meta({ description: "The memory of all, where an account would get its own" }),
});

type Request = Pick<FastifyRequest, "principal"> & { query: { shared: boolean } };

/**
 * Whose memory a request is about: an account's own, or everybody's (null) for who has no account or asks for it.
 * Throws VegaError `forbidden`.
 */
export function ownerToRead({ principal, query }: Request): string | null {
  const userId = userIdOf(principal);
  if (userId === null || query.shared) return null;
  need(principal, "memory");
  return userId;
}

/** The same for a change: everybody's memory is for operators. */
export function ownerToWrite({ principal, query }: Request): string | null {
  const userId = userIdOf(principal);
  if (userId !== null && !query.shared) return userId;
  need(principal, "operate");
  return null;
}

function need(principal: Principal, permission: "memory" | "operate"): void {
  if (mayUse(principal, permission)) return;
  throw new VegaError(
    "forbidden",
    permission === "memory"
      ? "the memory of this account needs the permission memory; `?shared=true` reads everybody's"
      : "everybody's memory is for operators; without `?shared=true` this is about your own",
  );
}
