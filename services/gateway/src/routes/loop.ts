import { loop, phaseSchema } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { loopResponse } from "./crystal-responses.ts";
import { presentQuery } from "./moment.ts";
import { loopShape, problemResponse } from "./schemas.ts";
import { sendCached } from "./send-json.ts";

export const loopRoutes: Routes = async (app, { readModel, services }) => {
  app.get(
    "/api/infinity-loop",
    {
      config: { access: "public" },
      schema: {
        operationId: "getLoop",
        summary: "Get the state of the Infinity Loop",
        tags: ["loop"],
        querystring: presentQuery,
        response: { 200: loopShape, ...problemResponse },
      },
    },
    (request, reply) => void sendCached(request, reply, readModel.view("loop")),
  );

  for (const [verb, active] of [
    ["start", true],
    ["stop", false],
  ] as const) {
    app.post(
      `/api/infinity-loop/${verb}`,
      {
        config: { access: "operate" },
        schema: {
          operationId: `${verb}Loop`,
          summary: `${active ? "Start" : "Stop"} the loop; repeating it has no effect`,
          tags: ["loop"],
          response: {
            200: z.object({
              success: z.literal(true),
              message: z.string(),
              infinity_loop: loopShape,
            }),
            ...problemResponse,
          },
        },
      },
      async (request, reply) => {
        const result = await services.change(
          loop.requests.setActive,
          { active },
          contextOf(request),
        );
        setSequenceHeader(reply, result.sequence);
        const crystal = { ...readModel.crystal(), loop: result.loop };
        const message = active ? "the loop is running" : "the loop is stopped";
        return { success: true as const, message, infinity_loop: loopResponse(crystal) };
      },
    );
  }

  app.post(
    "/api/infinity-loop/iterate",
    {
      config: { access: "operate" },
      schema: {
        operationId: "iterateLoop",
        summary: "Run one iteration now; the next read shows it",
        tags: ["loop"],
        response: {
          200: z.object({
            success: z.literal(true),
            iteration: z.int().min(1),
            phase: phaseSchema,
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const result = await services.change(loop.requests.iterate, {}, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return { success: true as const, iteration: result.iteration, phase: result.phase };
    },
  );
};
