import { z } from "zod";
import { jsonObjectSchema } from "../define/json.ts";

/** One entry of the log as the audit trail shows it. Times are ISO 8601. */
export const auditEntrySchema = z.object({
  sequence: z.int().min(1),
  id: z.string(),
  time: z.iso.datetime(),
  /** What the clock showed, where that was a second or more before `time`, which never runs backwards. */
  clock: z.iso.datetime().optional(),
  /** The event's type, such as `vega.agent.changed.v1`. */
  action: z.string(),
  /** `<collection>/<id>`; null where the content was erased. */
  subject: z.string().nullable(),
  /** A user's id, `admin-token`, `system:<service>` or `anonymous`; null where the content was erased. */
  actor: z.string().nullable(),
  address: z.string().nullable(),
  user_agent: z.string().nullable(),
  request_id: z.string().nullable(),
  traceparent: z.string().nullable(),
  /** The event's data, without values of anybody's memory; null where the content was erased. */
  data: jsonObjectSchema.nullable(),
  erased: z.boolean(),
  hash: z.string(),
});

export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** What was thinned out of the log between two entries of a page, or before or after them. */
export const thinnedOutSchema = z.object({
  /** The first and the last sequence that is missing there; others between them may be no part of the answer. */
  from: z.int().min(1),
  to: z.int().min(1),
  /** How many are missing. Whether they would have met the filters nobody knows any more. */
  removed: z.int().min(1),
});

export type ThinnedOut = z.infer<typeof thinnedOutSchema>;
