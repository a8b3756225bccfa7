import { z } from "zod";
import { agentRunBriefSchema } from "./documents.ts";
import { nameSchema } from "../agents/name.ts";
import { defineEvent } from "../define/event.ts";

const nothing = () => [];

export const events = {
  /** Whoever makes a run gave a sign of life; only of runs that take longer than a few seconds. */
  renewed: defineEvent({
    summary: "A run that takes long goes on",
    data: z.object({ agent: nameSchema, iteration: z.int().min(0) }),
    changes: nothing,
    sse: null,
    describe: null,
  }),

  /** A run ended whose agent was taken away meanwhile; otherwise the entry that the agent is idle says so. */
  ended: defineEvent({
    summary: "A run ended whose agent was taken away meanwhile",
    data: z.object({ agent: nameSchema, run: agentRunBriefSchema }),
    changes: nothing,
    sse: null,
    describe: null,
  }),
};
