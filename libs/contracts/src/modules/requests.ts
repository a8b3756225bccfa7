import { z } from "zod";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { MODULE_STATUSES, moduleSchema } from "./documents.ts";

export const requests = {
  /** Turns a module on or off. */
  set: defineRequest({
    subject: "vega.state.modules.set",
    callers: ["gateway"],
    input: z.object({ name: z.string(), status: z.enum(MODULE_STATUSES) }),
    output: z.object({ ...sequenced, module: moduleSchema }),
    errors: ["not_found"],
  }),
};
