import { VegaError } from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { mayUse, userIdOf } from "../access/principal.ts";
import { flagQuery } from "./parameters.ts";

/** `?shared=true`: the shared memory instead of the own one. */
export const sharedQuery = z.strictObject({
  shared: flagQuery("Use the shared memory instead of the account's own"),
});

type Request = Pick<FastifyRequest, "principal"> & { query: { shared: boolean } };

/** The owner of the memory to read: an account, or null for the shared memory. */
export function ownerToRead({ principal, query }: Request): string | null {
  return query.shared || !mayUse(principal, "memory") ? null : userIdOf(principal);
}

/** The owner of the memory to change. Throws VegaError `forbidden`: only operators change the shared memory. */
export function ownerToWrite({ principal, query }: Request): string | null {
  const userId = userIdOf(principal);
  if (userId !== null && !query.shared) return userId;
  if (mayUse(principal, "operate")) return null;
  throw new VegaError(
    "forbidden",
    "changes of the shared memory need the permission operate; omit `?shared=true` for your own",
  );
}
