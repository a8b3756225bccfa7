import { z } from "zod";
import { defineRequest } from "../define.ts";
import { sequenced } from "../sequenced.ts";
import { phaseSchema } from "../state/crystal.ts";

/** Ticks now, whether the loop is running or stopped; answers when the log holds the iteration. */
export const iterateLoop = defineRequest({
  subject: "vega.loop.iteration.trigger",
  input: z.object({}),
  output: z.object({ ...sequenced, iteration: z.int(), phase: phaseSchema }),
  errors: ["conflict"],
  timeoutMs: 10_000,
});
