import { z } from "zod";
import { tokenUsageSchema } from "./token-usage.ts";

/* Stored details of an answer that several models gave together (an ensemble). */

/** How the answers of the members ("seats") are combined. */
export const ORCHESTRA_MODES = ["synthesise", "best_of", "side_by_side"] as const;
export const orchestraModeSchema = z.enum(ORCHESTRA_MODES);
export type OrchestraMode = z.infer<typeof orchestraModeSchema>;

const tokens = tokenUsageSchema.nullable();
const usd = z.number().min(0).nullable();
/** Tokens are estimated from prompt and text: the call was cut off before the provider reported them. */
const estimated = z.boolean().optional();

/** One member ("seat") and its answer. `late`: cancelled once the quorum was reached. */
const seatSchema = z.object({
  seat: z.string(),
  /** The model that answered, as `<provider>/<model>`. */
  model: z.string().nullable(),
  /** The member's perspective, where each has its own. */
  angle: z.string().nullable(),
  status: z.enum(["answered", "failed", "late"]),
  /** Shortened if very long. */
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
  /** Milliseconds until the quorum was reached. */
  quorum_ms: z.number(),
  /** The model that combined the answers or chose one; null where none was needed. */
  conductor: z
    .object({ model: z.string(), usage: tokens, estimated, cost_usd: usd, latency_ms: z.number() })
    .nullable(),
  /** The member whose answer was taken: chosen, the only one, or the first of equal ones; null: combined from several. */
  chosen: z.string().nullable(),
  /** Of all calls; null: no known price. */
  cost_usd: usd,
});
export type Orchestra = z.infer<typeof orchestraSchema>;
