import { z } from "zod";
import { auditEntrySchema, compactedRangeSchema } from "./documents.ts";
import { instantSchema } from "../define/instant.ts";
import { events } from "./events.ts";
import { defineRequest } from "../define/request.ts";
import { sequenced } from "../define/sequenced.ts";

const note = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({ type: z.literal(type), data });

export const requests = {
  /** Entries of the log that meet every filter, newest first. `before`: only sequences below this one. */
  query: defineRequest({
    subject: "vega.state.audit.query",
    callers: ["gateway", "ai"],
    input: z.object({
      actor: z.string().max(128).optional(),
      /** An event's type, or the start of one before a `*`, such as `vega.session.*`. */
      action: z.string().max(128).optional(),
      /** A subject, or the start of one before a `*`. */
      subject: z.string().max(256).optional(),
      /** Entries of this time and later. An entry with a `clock` may be found by an earlier one, too. */
      from: instantSchema.optional(),
      /** Not included. By the `clock` of an entry that has one. */
      to: instantSchema.optional(),
      before: z.int().min(1).optional(),
      limit: z.int().min(1).max(500).default(100),
      /** Whether to list compacted ranges. */
      thinned: z.boolean().default(false),
    }),
    output: z.object({
      ...sequenced,
      entries: z.array(auditEntrySchema),
      /** Newest first; empty unless requested. */
      thinned: z.array(compactedRangeSchema).default([]),
      /** `before` of the next page; null at the end. */
      next_before: z.int().nullable(),
    }),
    errors: ["invalid"],
  }),

  /** Records an access that changes no document. */
  note: defineRequest({
    subject: "vega.state.audit.note",
    callers: ["gateway", "auth"],
    input: z.object({
      note: z.discriminatedUnion("type", [
        note("vega.login.failed.v1", events.loginFailed.data),
        note("vega.access.denied.v1", events.accessDenied.data),
        note("vega.admin.read.v1", events.adminRead.data),
      ]),
    }),
    output: z.object(sequenced),
    errors: [],
  }),
};
