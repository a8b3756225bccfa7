import { z } from "zod";
import { jsonObjectSchema } from "../define/json.ts";

export const ALERT_KINDS = ["failed_logins", "error_spike", "broken_chain"] as const;

/** A condition for operators to look at. It names no account; details are in the audit trail. */
export const alertSchema = z.object({
  /** Alerts of the same condition have the same key. */
  key: z.string().regex(/^[a-z0-9_./-]{1,128}$/),
  kind: z.enum(ALERT_KINDS),
  severity: z.enum(["warning", "critical"]),
  message: z.string().max(1_000),
  /** Figures and sequences of the log. */
  evidence: jsonObjectSchema,
});

export type Alert = z.infer<typeof alertSchema>;
