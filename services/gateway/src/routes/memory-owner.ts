import { VegaError } from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { mayUse, userIdOf } from "../access/principal.ts";

/** `?shared=true`: everybody's memory, where the own one would be meant. */
export const sharedQuery = z.strictObject({
  shared: z
    .stringbool()
    .default(false)
    .meta({ description: "The memory of all, where an account would get its own" }),
});

type Request = Pick<FastifyRequest, "principal"> & { query: { shared: boolean } };

/** Whose memory a read is about: an account's own, or everybody's (null) for who has none or asks for it. */
export function ownerToRead({ principal, query }: Request): string | null {
  return query.shared || !mayUse(principal, "memory") ? null : userIdOf(principal);
}

/** Whose memory a change is about. Throws VegaError `forbidden`: everybody's memory is for operators. */
export function ownerToWrite({ principal, query }: Request): string | null {
  const userId = userIdOf(principal);
  if (userId !== null && !query.shared) return userId;
  if (mayUse(principal, "operate")) return null;
  throw new VegaError(
    "forbidden",
    "everybody's memory is for operators; without `?shared=true` this is about your own",
  );
}
