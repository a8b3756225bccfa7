import type { AuditEntry } from "@vega/contracts";
import {
  audit,
  auditEntrySchema,
  errorGroupSchema,
  errorGroups,
  instantSchema,
  compactedRangeSchema,
} from "@vega/contracts";
import { Readable } from "node:stream";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { AUDIT_COLUMNS, toCsvLine } from "./csv.ts";
import { cursorQuery, limitQuery } from "./parameters.ts";
import { problemResponse } from "./schemas.ts";

const FORMATS = {
  csv: { type: "text/csv; charset=utf-8", head: `${AUDIT_COLUMNS.join(",")}\r\n`, line: toCsvLine },
  jsonl: {
    type: "application/x-ndjson; charset=utf-8",
    head: "",
    line: (entry: AuditEntry) => `${JSON.stringify(entry)}\n`,
  },
} as const;

/** Entries that an export reads at once. */
const EXPORT_PAGE = 500;

const filters = z.strictObject({
  actor: z.string().max(128).optional(),
  action: z.string().max(128).optional().meta({ example: "vega.session.*" }),
  subject: z.string().max(256).optional(),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
  cursor: cursorQuery(1),
  limit: limitQuery(500, 100),
  format: z.enum(["json", "csv", "jsonl"]).default("json"),
});

/** The audit trail and the error groups. */
export const auditRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/audit",
    {
      config: { access: "admin" },
      schema: {
        operationId: "listAuditEntries",
        summary: "List the audit trail, newest first",
        description:
          "`action` and `subject` may end with `*`. The formats csv and jsonl return all matching entries. In json, `thinned` lists the ranges of the log that were compacted.",
        tags: ["admin"],
        querystring: filters,
        response: {
          200: z.object({
            entries: z.array(auditEntrySchema),
            thinned: z.array(compactedRangeSchema),
            next_cursor: z.int().nullable(),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { cursor, format, limit, action, ...rest } = request.query;
      // A type without a version matches all its versions.
      const whole = action === undefined || /(\.v\d+|\*)$/.test(action);
      const filter = { ...rest, ...(action && { action: whole ? action : `${action}.v*` }) };
      const context = contextOf(request);
      const page = async (before: number | undefined, size: number) =>
        services.request(
          audit.requests.query,
          { ...filter, limit: size, thinned: format === "json", ...(before && { before }) },
          context,
        );
      if (format === "json") {
        const { entries, thinned, ...result } = await page(cursor, limit);
        setSequenceHeader(reply, result.sequence);
        return { entries, thinned, next_cursor: result.next_before };
      }
      const { type, head, line } = FORMATS[format];
      async function* lines() {
        yield head;
        for (let before = cursor; ;) {
          const { entries, next_before: next } = await page(before, EXPORT_PAGE);
          yield entries.map(line).join("");
          if (next === null) return;
          before = next;
        }
      }
      void reply
        .header("content-type", type)
        .header("content-disposition", `attachment; filename="vega-audit.${format}"`);
      // The response schema describes the JSON format only.
      return reply.send(Readable.from(lines()) as never);
    },
  );

  app.get(
    "/api/errors",
    {
      config: { access: "admin" },
      schema: {
        operationId: "listErrors",
        summary: "List the error groups of all services, most recently seen first",
        tags: ["admin"],
        querystring: z.strictObject({
          service: z.string().max(32).optional(),
          limit: limitQuery(500, 100),
        }),
        response: { 200: z.object({ errors: z.array(errorGroupSchema) }), ...problemResponse },
      },
    },
    async (request, reply) => {
      const result = await services.request(
        errorGroups.requests.list,
        request.query,
        contextOf(request),
      );
      setSequenceHeader(reply, result.sequence);
      return { errors: result.errors };
    },
  );
};
