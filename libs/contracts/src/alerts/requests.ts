import { z } from "zod";
import { alertSchema } from "./documents.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";

export const requests = {
  /** Raises alerts, except those whose key was raised within `quiet_seconds`. Replies with the number raised. */
  raise: defineRequest({
    subject: "vega.state.alerts.raise",
    callers: ["ai"],
    input: z.object({
      alerts: z.array(alertSchema).max(20),
      raised_by: z.string().max(64),
      quiet_seconds: z.int().min(0).max(86_400),
    }),
    output: z.object({ ...sequenced, raised: z.int() }),
    errors: [],
  }),
};
