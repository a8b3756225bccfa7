import { z } from "zod";
import { defineRequest } from "../define.ts";
import { sequenced } from "../sequenced.ts";
import { MODULE_STATUSES, moduleSchema } from "./crystal.ts";

/** Turns a module on or off. */
export const setModule = defineRequest({
  subject: "vega.state.modules.set",
  input: z.object({ name: z.string(), status: z.enum(MODULE_STATUSES) }),
  output: z.object({ ...sequenced, module: moduleSchema }),
  errors: ["not_found"],
});
