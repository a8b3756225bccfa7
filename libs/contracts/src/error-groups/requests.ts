import { z } from "zod";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";
import { errorGroupSchema } from "./documents.ts";

export const requests = {
  /** Errors of a service since its last report: one group per fingerprint. */
  report: defineRequest({
    subject: "vega.state.errors.report",
    callers: ["gateway", "state", "loop", "ai", "auth"],
    input: z.object({ errors: z.array(errorGroupSchema).min(1).max(50) }),
    output: z.object(sequenced),
    errors: [],
  }),

  /** Groups, last seen first. */
  list: defineRequest({
    subject: "vega.state.errors.list",
    callers: ["gateway", "ai"],
    input: z.object({
      service: z.string().max(32).optional(),
      limit: z.int().min(1).max(500).default(100),
    }),
    output: z.object({ ...sequenced, errors: z.array(errorGroupSchema) }),
    errors: [],
  }),
};
