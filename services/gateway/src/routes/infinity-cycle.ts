import type { Crystal, Orchestra } from "@vega/contracts";
import { phaseSchema } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { CompletionError } from "../inference/completion-error.ts";
import { completePrompt } from "./complete-prompt.ts";
import { listProviders, readyProviders } from "./provider-keys.ts";
import { problemResponse } from "./schemas.ts";

const insightShape = z.object({
  source: z.string().meta({ description: "Provider of the model" }),
  model: z.string().optional(),
  insight: z.string().optional(),
  error: z.string().optional(),
});
type Insight = z.infer<typeof insightShape>;

const SYSTEM =
  "Comment on the present state of a system in one sentence for its operators. Use only the facts given; invent none.";

/** The facts that the models comment on. */
const factsOf = ({ loop, cores, agents }: Crystal): string =>
  [
    `The loop is ${loop.active ? "running" : "stopped"}: iteration ${loop.iteration}, phase ${loop.phase} of 3, 5 and 8.`,
    `Power of the cores: ${cores.map(({ name, power, status }) => `${name} ${power} % (${status})`).join(", ")}.`,
    `Agents: ${agents.map(({ name, state }) => `${name} ${state}`).join(", ")}.`,
  ].join("\n");

const insightsOf = ({ seats }: Orchestra): Insight[] =>
  seats.map(({ seat, status, text, error }) => ({
    source: seat.split("/")[0] ?? seat,
    model: seat,
    ...(status === "answered" ? { insight: text.trim() } : { error: error ?? "empty response" }),
  }));

/** Legacy route: each configured model comments on the present state. The loop's iteration does not change. */
export const infinityCycleRoutes: Routes = async (
  app,
  { services, modelClient, readModel, now },
) => {
  app.post(
    "/api/redblood/infinity-cycle",
    {
      config: { access: "chat", kind: "model", capability: "tongue" },
      schema: {
        tags: ["models"],
        operationId: "describeInfinityCycle",
        summary: "Have each model of the default ensemble comment on the present state",
        description: "Without a configured provider `insights` is empty.",
        response: {
          200: z.object({
            success: z.literal(true),
            phase: phaseSchema,
            iteration: z.int(),
            insights: z.array(insightShape),
            timestamp: z.iso.datetime(),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { providers } = await listProviders(services, request);
      const crystal = readModel.crystal();
      const { phase, iteration } = crystal.loop;
      const prompt = { model: "orchestra", system: SYSTEM, prompt: factsOf(crystal) };
      const comment = async (): Promise<Insight[]> => {
        try {
          const { orchestra } = await completePrompt(modelClient, prompt, request, reply);
          return orchestra ? insightsOf(orchestra) : [];
        } catch (error) {
          // No member has answered; other errors, such as a spent budget, are the caller's.
          if (!(error instanceof CompletionError) || !error.fault.of_model) throw error;
          return [{ source: "orchestra", error: error.message }];
        }
      };
      const insights = readyProviders(providers).length > 0 ? await comment() : [];
      const timestamp = new Date(now()).toISOString();
      return { success: true as const, phase, iteration, insights, timestamp };
    },
  );
};
