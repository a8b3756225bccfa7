import { z } from "zod";
import { defineRequest } from "../define.ts";
import { sequenced } from "../sequenced.ts";
import { agentRunSchema } from "../state/agents/documents.ts";
import { nameSchema } from "../state/crystal.ts";

/**
 * Runs an agent now, by hand; answers when the run has begun. `conflict`: it runs, or has run in this iteration.
 * `budget_exceeded`: its budget is used up. `rate_limited`: too many runs are under way. `not_found`: there is no such
 * agent, or nobody has said what it is to do.
 */
export const runAgent = defineRequest({
  subject: "vega.ai.agents.run",
  input: z.object({ name: nameSchema }),
  output: z.object({ ...sequenced, run: agentRunSchema }),
  errors: ["conflict", "budget_exceeded", "not_found", "rate_limited"],
});
