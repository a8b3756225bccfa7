import { z } from "zod";

export const providerStatusSchema = z.object({
  id: z.string(),
  kind: z.string(),
  status: z.enum(["ready", "needs_key"]),
  /** What is asked where only the provider is named. */
  model: z.string().nullable(),
  /** Of the models that were called lately, by `<provider>/<model>`; `wait_ms`: until it may be called again. */
  health: z.record(
    z.string(),
    z.object({ state: z.enum(["closed", "open", "half_open"]), wait_ms: z.number() }),
  ),
});
