import { z } from "zod";

export const providerStatusSchema = z.object({
  id: z.string(),
  kind: z.string(),
  status: z.enum(["ready", "needs_key"]),
  /** The model of a request that names only the provider. */
  model: z.string().nullable(),
  /** Circuit breakers of recently called models, by `<provider>/<model>`; `wait_ms`: until the next call is allowed. */
  health: z.record(
    z.string(),
    z.object({ state: z.enum(["closed", "open", "half_open"]), wait_ms: z.number() }),
  ),
});
