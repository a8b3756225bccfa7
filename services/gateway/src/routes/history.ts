import type { AuditEntry } from "@vega/contracts";
import {
  CRYSTAL_PARTS,
  VegaError,
  crystal,
  history,
  historyEntrySchema,
  instantSchema,
  isListed,
  summaryOf,
  compactedRangeSchema,
} from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { component } from "../openapi/components.ts";
import { difference } from "../history/difference.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { redact } from "../read-model/redact.ts";
import { momentOf } from "./moment.ts";
import { cursorQuery, limitQuery, wholeNumber } from "./parameters.ts";
import { problemResponse } from "./schemas.ts";

const entryShape = component("HistoryEntry", historyEntrySchema);
const differenceShape = {
  from: z.int(),
  to: z.int(),
  patch: z.array(z.record(z.string(), z.unknown())),
  summary: z.array(z.string()),
};
const documented = { tags: ["history"] };

/** With the actor; its address is in the audit trail only. */
const show = (entry: AuditEntry) => ({
  sequence: entry.sequence,
  time: entry.time,
  type: entry.action,
  subject: entry.subject,
  actor: entry.actor,
  summary: summaryOf({ type: entry.action, data: entry.data }),
});

const sequenceQuery = wholeNumber(1).meta({ description: "A sequence of the log", example: 1 });

/** Changes of the system, comparisons of two moments, and restores. */
export const historyRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/history",
    {
      config: { access: "operate" },
      schema: {
        ...documented,
        operationId: "listHistory",
        summary: "List changes of the system, newest first",
        description:
          "`type` and `subject` may end with `*`. A page is full unless the history ends; continue with `next_cursor` until it is null. `thinned` lists the compacted ranges of the log in the page.",
        querystring: z.strictObject({
          from: instantSchema.optional(),
          to: instantSchema.optional(),
          type: z.string().max(128).optional(),
          subject: z.string().max(256).optional(),
          actor: z.string().max(128).optional(),
          cursor: cursorQuery(1),
          limit: limitQuery(500, 100),
        }),
        response: {
          200: z.object({
            entries: z.array(entryShape),
            thinned: z.array(compactedRangeSchema),
            next_cursor: z.int().nullable(),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { cursor, ...filter } = request.query;
      const input = { ...filter, ...(cursor && { before: cursor }) };
      const result = await services.request(history.requests.list, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      const { entries, thinned, next_before: next_cursor } = result;
      return { entries, thinned, next_cursor };
    },
  );

  app.get(
    "/api/history/:sequence",
    {
      config: { access: "operate" },
      schema: {
        ...documented,
        operationId: "getHistoryEntry",
        summary: "Get one change with its documents before and after",
        params: z.object({ sequence: wholeNumber(1).meta({ example: 1 }) }),
        response: {
          200: entryShape.extend({
            /** False if the preceding entries were compacted; `before` is null then. */
            before_known: z.boolean(),
            documents: z.array(
              z.object({
                document: z.string(),
                before: z.record(z.string(), z.unknown()).nullable(),
                after: z.record(z.string(), z.unknown()).nullable(),
              }),
            ),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { sequence } = request.params;
      const result = await services.request(history.requests.get, { sequence }, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      const { action: type, data } = result.entry;
      if (!isListed({ type, data })) {
        throw new VegaError(
          "not_found",
          `the history has no entry ${sequence}; the audit trail (/api/audit) may have it`,
        );
      }
      const safe = (document: (typeof result.documents)[number]["before"]) =>
        document && (redact(document) as typeof document);
      return {
        ...show(result.entry),
        before_known: result.before_known,
        documents: result.documents.map(({ document, before, after }) => ({
          document,
          before: safe(before),
          after: safe(after),
        })),
      };
    },
  );

  app.get(
    "/api/history/diff",
    {
      config: { access: "public" },
      schema: {
        operationId: "diffHistory",
        summary: "Compare the state at two sequences, as JSON Patch and in words",
        tags: ["history"],
        querystring: z.strictObject({
          from: sequenceQuery,
          to: sequenceQuery,
        }),
        response: { 200: z.object(differenceShape), ...problemResponse },
      },
    },
    async (request, reply) => {
      const crystalOf = async (sequence: number) => {
        const result = await services.request(
          crystal.requests.getAt,
          { moment: { sequence } },
          contextOf(request),
        );
        setSequenceHeader(reply, result.sequence);
        return result.crystal;
      };
      const { from, to } = request.query;
      const [before, after] = await Promise.all([crystalOf(from), crystalOf(to)]);
      return { from, to, ...difference(before, after) };
    },
  );

  app.post(
    "/api/admin/restore",
    {
      config: { access: "admin" },
      schema: {
        ...documented,
        operationId: "restoreCrystal",
        summary: "Restore the state, or parts of it, to an earlier moment",
        description:
          "Adds a new entry to the log; the log itself is never rewritten. With `dry_run` nothing is changed. The iteration number never decreases.",
        body: z
          .strictObject({
            sequence: z.int().min(1).optional(),
            at: instantSchema.optional(),
            parts: z.array(z.enum(CRYSTAL_PARTS)).min(1).optional(),
            dry_run: z.boolean().default(false),
          })
          .meta({ example: { sequence: 1, dry_run: true } }),
        response: {
          200: z.object({
            success: z.literal(true),
            dry_run: z.boolean(),
            of: z.object({ sequence: z.int(), time: z.iso.datetime() }),
            patch: differenceShape.patch,
            summary: differenceShape.summary,
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { parts, dry_run } = request.body;
      const moment = momentOf(request.body);
      if (!moment) throw new VegaError("invalid", "the moment is missing: set `sequence` or `at`");
      const input = { moment, dry_run, ...(parts && { parts }) };
      const result = await services.change(crystal.requests.restore, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      const { of, before, after, jobless } = result;
      const { patch, summary } = difference(before, after);
      summary.push(...jobless.map((name) => `agents/${name}: without a definition`));
      return { success: true as const, dry_run, of, patch, summary };
    },
  );
};
