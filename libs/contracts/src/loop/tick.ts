import { z } from "zod";
import { healthReportSchema } from "../bus/health-report.ts";
import { phaseSchema } from "./documents.ts";

/** The part of an instance's health report that the cores are computed from. */
export const observationSchema = healthReportSchema.pick({
  service: true,
  instance: true,
  signals: true,
});
export type Observation = z.infer<typeof observationSchema>;

/** A tick with all its inputs: the next state is a pure function of it and the state before. */
export const tickSchema = z.object({
  iteration: z.int().min(1),
  /** The phase that begins with this iteration. */
  phase: phaseSchema,
  trigger: z.enum(["timer", "manual"]),
  planned_at: z.iso.datetime(),
  actual_at: z.iso.datetime(),
  /** Planned end of the phase. */
  next_at: z.iso.datetime(),
  observations: z.array(observationSchema),
  /** Names of the agents to run in this iteration. */
  agents_due: z.array(z.string()),
});
export type Tick = z.infer<typeof tickSchema>;

/** Subject of ticks, in stream VEGA_LOOP. `Nats-Expected-Last-Subject-Sequence` fences off a stale leader. */
export const LOOP_TICKED = {
  subject: "vega.loop.iterated",
  data: tickSchema,
} as const;
