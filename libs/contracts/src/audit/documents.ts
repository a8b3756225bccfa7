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
  /** The event's data without memory values; null where the content was erased. */
  data: jsonObjectSchema.nullable(),
  erased: z.boolean(),
  /** SHA-256 of the salted content: it stays when the content is erased. */
  digest: z.string(),
  /** Hash of the entry before it in the log. */
  previous_hash: z.string(),
  /** SHA-256 of sequence, id, type, time, clock, digest and previous hash as canonical JSON (RFC 8785). */
  hash: z.string(),
});

export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** A compacted range between, before or after the entries of a page. */
export const compactedRangeSchema = z.object({
  /** The first and the last missing sequence; entries between them may be outside of the page's filter. */
  from: z.int().min(1),
  to: z.int().min(1),
  /** Number of missing entries, whether or not they matched the filters. */
  removed: z.int().min(1),
});

export type CompactedRange = z.infer<typeof compactedRangeSchema>;
