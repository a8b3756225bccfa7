import { z } from "zod";

/* What is kept of an answer that several models gave together. */

/** How the seats' answers become one. */
export const ORCHESTRA_MODES = ["synthesise", "best_of", "side_by_side"] as const;
export const orchestraModeSchema = z.enum(ORCHESTRA_MODES);
export type OrchestraMode = z.infer<typeof orchestraModeSchema>;

const tokens = z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullable();
const usd = z.number().min(0).nullable();
/** Nobody told the tokens, since it was cut off: they are those of its prompt and its text, about. */
const estimated = z.boolean().optional();

/** One seat and what it said. `late`: it had not answered when the others were enough, and was cancelled. */
const seatSchema = z.object({
  seat: z.string(),
  /** Who answered for it, as `<provider>/<model>`. */
  model: z.string().nullable(),
  /** What it was asked to look at, where each seat has its own view. */
  angle: z.string().nullable(),
  status: z.enum(["answered", "failed", "late"]),
  /** Cut where it is very long. */
  text: z.string(),
  error: z.string().nullable(),
  usage: tokens,
  estimated,
  cost_usd: usd,
  /** Milliseconds. */
  latency_ms: z.number(),
  first_token_ms: z.number().nullable(),
});
export type OrchestraSeat = z.infer<typeof seatSchema>;

export const orchestraSchema = z.object({
  ensemble: z.string(),
  mode: orchestraModeSchema,
  seats: z.array(seatSchema),
  /** Milliseconds until enough seats had answered. */
  quorum_ms: z.number(),
  /** Who put the answers together or chose among them; null where nobody had to. */
  conductor: z
    .object({ model: z.string(), usage: tokens, estimated, cost_usd: usd, latency_ms: z.number() })
    .nullable(),
  /** The seat that was chosen, spoke alone, or was the first of all that said the same; null where the answer is of several. */
  chosen: z.string().nullable(),
  /** Of all that was asked; null where no price is known. */
  cost_usd: usd,
});
export type Orchestra = z.infer<typeof orchestraSchema>;
