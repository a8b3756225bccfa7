import { z } from "zod";
import { defineRequest } from "../define.ts";
import { sequenced } from "../sequenced.ts";
import { loopSchema } from "./crystal.ts";

/** Starts or stops the loop; what it already is stays as it is. */
export const setLoopActive = defineRequest({
  subject: "vega.state.loop.set_active",
  input: z.object({ active: z.boolean() }),
  output: z.object({ ...sequenced, loop: loopSchema }),
  errors: [],
});
