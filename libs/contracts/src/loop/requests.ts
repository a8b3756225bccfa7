import { z } from "zod";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { loopSchema, phaseSchema } from "./documents.ts";

export const requests = {
  /** Ticks now, whether the loop runs or not; replies once the iteration is in the log. */
  iterate: defineRequest({
    subject: "vega.loop.iteration.trigger",
    callers: ["gateway"],
    input: z.object({}),
    output: z.object({ ...sequenced, iteration: z.int(), phase: phaseSchema }),
    errors: ["conflict"],
    timeoutMs: 10_000,
  }),

  /** Starts or stops the loop; no change if it already is so. */
  setActive: defineRequest({
    subject: "vega.state.loop.set_active",
    callers: ["gateway"],
    input: z.object({ active: z.boolean() }),
    output: z.object({ ...sequenced, loop: loopSchema }),
    errors: [],
  }),
};
