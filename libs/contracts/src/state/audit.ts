import { z } from "zod";
import { instantSchema } from "../instant.ts";
import { defineRequest } from "../define.ts";
import { jsonObjectSchema } from "../json.ts";
import { sequenced } from "../sequenced.ts";
import { accessDenied, adminRead, loginFailed } from "./accounts/events.ts";

/** One entry of the log as the audit trail shows it. Times are ISO 8601. */
export const auditEntrySchema = z.object({
  sequence: z.int().min(1),
  id: z.string(),
  time: z.iso.datetime(),
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

/** Entries of the log that meet every filter, newest first. `before`: only sequences below this one. */
export const queryAudit = defineRequest({
  subject: "vega.state.audit.query",
  input: z.object({
    actor: z.string().max(128).optional(),
    /** An event's type, or the start of one before a `*`, such as `vega.session.*`. */
    action: z.string().max(128).optional(),
    /** A subject, or the start of one before a `*`. */
    subject: z.string().max(256).optional(),
    from: instantSchema.optional(),
    /** Not included. */
    to: instantSchema.optional(),
    before: z.int().min(1).optional(),
    limit: z.int().min(1).max(500).default(100),
    /** Whether to tell where entries were thinned out of the log. */
    thinned: z.boolean().default(false),
  }),
  output: z.object({
    ...sequenced,
    entries: z.array(auditEntrySchema),
    /** Newest first; empty where it was not asked for. */
    thinned: z.array(thinnedOutSchema).default([]),
    /** `before` of the next page; null at the end. */
    next_before: z.int().nullable(),
  }),
  errors: ["invalid"],
});

const note = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({ type: z.literal(type), data });

/** Puts into the log what changes nothing but has to be known. */
export const noteAccess = defineRequest({
  subject: "vega.state.audit.note",
  input: z.object({
    note: z.discriminatedUnion("type", [
      note(loginFailed.type, loginFailed.data),
      note(accessDenied.type, accessDenied.data),
      note(adminRead.type, adminRead.data),
    ]),
  }),
  output: z.object(sequenced),
  errors: [],
});
