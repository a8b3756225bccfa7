import { z } from "zod";
import { operators } from "../audience.ts";
import { defineEvent, defineRequest } from "../define.ts";
import { jsonObjectSchema } from "../json.ts";
import { sequenced } from "../sequenced.ts";

export const ALERT_KINDS = ["failed_logins", "error_spike", "broken_chain"] as const;

/** What somebody should look at. It names nobody: where to look is in the audit trail. */
export const alertSchema = z.object({
  /** What is the same trouble has the same key. */
  key: z.string().regex(/^[a-z0-9_./-]{1,128}$/),
  kind: z.enum(ALERT_KINDS),
  severity: z.enum(["warning", "critical"]),
  message: z.string().max(1_000),
  /** Figures and sequences of the log to look at. */
  evidence: jsonObjectSchema,
});
export type Alert = z.infer<typeof alertSchema>;

export const alertRaised = defineEvent({
  entity: "alert",
  happened: "raised",
  summary: "Something needs an operator",
  data: z.object({ ...alertSchema.shape, raised_by: z.string().max(64) }),
  changes: () => [],
  // An alert may show an intruder that the intrusion was noticed.
  audience: operators,
  requires: "operate",
  sse: { type: "alert_raised", data: ({ raised_by, ...alert }) => ({ alert, raised_by }) },
  describe: null,
});

/** Raises alerts; one whose key was raised within `quiet_seconds` is passed over. Answers how many were raised. */
export const raiseAlerts = defineRequest({
  subject: "vega.state.alerts.raise",
  input: z.object({
    alerts: z.array(alertSchema).max(20),
    raised_by: z.string().max(64),
    quiet_seconds: z.int().min(0).max(86_400),
  }),
  output: z.object({ ...sequenced, raised: z.int() }),
  errors: [],
});
