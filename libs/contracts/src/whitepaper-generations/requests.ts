import { z } from "zod";
import { ownerSchema } from "../conversations/owner.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { whitepaperTextSchema } from "../whitepapers/documents.ts";
import { generationInputSchema, generationProgressSchema, generationSchema } from "./documents.ts";

/** Every request names the owner: a generation of another owner is `not_found`. */
const address = { owner: ownerSchema, id: z.uuid() };
const leaseSeconds = z.number().positive().max(3_600);
const generation = z.object({ ...sequenced, generation: generationSchema });

export const requests = {
  /**
   * Generates a whitepaper with a model; replies when the generation has started. `invalid`: the guard found a secret.
   * `module_off`: a module that it needs is off. `not_found`: there is no such model. `rate_limited`: too many are under
   * way.
   */
  generate: defineRequest({
    subject: "vega.ai.whitepapers.generate",
    callers: ["gateway"],
    input: z.object({
      owner: ownerSchema,
      /** Id of the API key of the request. */
      key_id: z.string().nullable(),
      input: generationInputSchema,
      /** Names of disabled modules. */
      off: z.array(z.string()),
    }),
    output: generation,
    errors: ["invalid", "module_off", "not_found", "rate_limited", "unauthorized"],
  }),

  /** Stores a generation that starts. `unauthorized`: the account of the owner does not exist any more. */
  begin: defineRequest({
    subject: "vega.state.whitepaper-generations.begin",
    callers: ["ai"],
    input: z.object({
      owner: ownerSchema,
      input: generationInputSchema,
      lease_seconds: leaseSeconds,
    }),
    output: generation,
    errors: ["unauthorized"],
  }),

  /** Stores progress and renews the lease. `conflict`: it has ended, such as by a cancellation. */
  progress: defineRequest({
    subject: "vega.state.whitepaper-generations.progress",
    callers: ["ai"],
    input: z.object({
      ...address,
      progress: generationProgressSchema,
      lease_seconds: leaseSeconds,
    }),
    output: z.object(sequenced),
    errors: ["conflict", "not_found"],
  }),

  /**
   * Ends a generation: with a draft that has the text, or with an error. Repeatable. `conflict`: it has ended otherwise.
   */
  finish: defineRequest({
    subject: "vega.state.whitepaper-generations.finish",
    callers: ["ai"],
    input: z.object({
      ...address,
      progress: generationProgressSchema,
      outcome: z.union([
        z.object({ text: whitepaperTextSchema }),
        z.object({ error: generationSchema.shape.error.unwrap() }),
      ]),
    }),
    output: generation,
    errors: ["conflict", "limit_exceeded", "not_found"],
  }),

  /** Ends a generation at once; the model is stopped within seconds. `conflict`: it has ended. */
  cancel: defineRequest({
    subject: "vega.state.whitepaper-generations.cancel",
    callers: ["gateway"],
    input: z.object(address),
    output: generation,
    errors: ["conflict", "not_found"],
  }),

  /**
   * Stops the calls of a cancelled generation. Sent to all instances; only the one that writes the paper replies, so no
   * reply (`timeout`, `unavailable`) means that none does.
   */
  stop: defineRequest({
    subject: "vega.ai.whitepapers.stop",
    callers: ["gateway"],
    broadcast: true,
    input: z.object({ id: z.uuid() }),
    output: z.object({ stopped: z.int().min(1) }),
    errors: [],
    timeoutMs: 1_000,
  }),

  get: defineRequest({
    subject: "vega.state.whitepaper-generations.get",
    callers: ["gateway"],
    input: z.object(address),
    output: generation,
    errors: ["not_found"],
  }),

  /** The generations of an owner, newest first. */
  list: defineRequest({
    subject: "vega.state.whitepaper-generations.list",
    callers: ["gateway"],
    input: z.object({
      owner: ownerSchema,
      /** The id of the last generation of the page before. */
      cursor: z.uuid().nullish(),
      limit: z.int().min(1).max(100).default(20),
    }),
    output: z.object({
      ...sequenced,
      generations: z.array(generationSchema),
      next_cursor: z.uuid().nullable(),
    }),
    errors: [],
  }),
};
