import { z } from "zod";
import { cloudEventSchema } from "../bus/cloud-event.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";

export const requests = {
  /** Verifies the hash chain over up to `limit` entries after a sequence. */
  walkChain: defineRequest({
    subject: "vega.state.log.walk-chain",
    callers: ["ai"],
    input: z.object({ after: z.int().min(0), limit: z.int().min(1).max(5_000) }),
    output: z.object({
      ...sequenced,
      /** The last verified entry. */
      walked_to: z.int(),
      broken: z.object({ sequence: z.int(), reason: z.string() }).nullable(),
    }),
    errors: [],
    timeoutMs: 30_000,
  }),

  /** Consecutive entries after a sequence, oldest first; the first has a later sequence where the log was compacted. */
  read: defineRequest({
    subject: "vega.state.log.read",
    callers: ["gateway", "loop"],
    input: z.object({ after: z.int().min(0), limit: z.int().min(1).max(500).default(200) }),
    output: z.object({ ...sequenced, log_id: z.string(), events: z.array(cloudEventSchema) }),
    errors: ["invalid"],
  }),
};
