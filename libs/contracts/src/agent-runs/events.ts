import { z } from "zod";
import { agentRunBriefSchema } from "./documents.ts";
import { nameSchema } from "../agents/name.ts";
import { defineEvent } from "../define/event.ts";

const nothing = () => [];

export const events = {
  /** The lease of a run was renewed; only of runs longer than a few seconds. */
  renewed: defineEvent({
    summary: "The lease of a long run was renewed",
    data: z.object({ agent: nameSchema, iteration: z.int().min(0) }),
    changes: nothing,
    sse: null,
    describe: null,
  }),

  /** A run ended after its agent was removed; otherwise the entry that makes the agent idle has the run. */
  ended: defineEvent({
    summary: "A run ended after its agent was removed",
    data: z.object({ agent: nameSchema, run: agentRunBriefSchema }),
    changes: nothing,
    sse: null,
    describe: null,
  }),
};
