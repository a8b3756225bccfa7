import type { AuditEntry } from "@vega/contracts";
import {
  CRYSTAL_PARTS,
  VegaError,
  audit,
  crystal,
  history,
  instantSchema,
  thinnedOutSchema,
} from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { difference } from "../history/difference.ts";
import { isListed, summaryOf } from "../history/summary.ts";
import { contextOf } from "../plugins/request-context.ts";
import { noteSequence } from "../plugins/sequence.ts";
import { redact } from "../read-model/redact.ts";
import { momentOf } from "./moment.ts";
import { wholeNumber } from "./numbers.ts";
import { problemResponse, SIGNED_IN } from "./schemas.ts";

const entryShape = z.object({
  sequence: z.int(),
  time: z.iso.datetime(),
  type: z.string(),
  subject: z.string().nullable(),
  actor: z.string().nullable(),
  summary: z.string(),
});
const differenceShape = {
  from: z.int(),
  to: z.int(),
  patch: z.array(z.record(z.string(), z.unknown())),
  summary: z.array(z.string()),
};
const documented = { tags: ["history"], security: SIGNED_IN };

/** Who did it is told, from where is the audit trail's to tell. */
const show = (entry: AuditEntry) => ({
  sequence: entry.sequence,
  time: entry.time,
  type: entry.action,
  subject: entry.subject,
  actor: entry.actor,
  summary: summaryOf(entry),
});

const sequenceQuery = wholeNumber(1);

/** What happened to the system, how it was, and back to it. */
export const historyRoutes: Routes = async (app, { services }) => {
  app.get(
    "/api/history",
    {
      config: { access: "operate" },
      schema: {
        ...documented,
        summary: "What happened, newest first",
        description:
          "`type` and `subject` may end with `*`. A page may hold less than its limit; next_cursor leads on. `thinned` says where in it entries were thinned out of the log.",
        querystring: z.strictObject({
          from: instantSchema.optional(),
          to: instantSchema.optional(),
          type: z.string().max(128).optional(),
          subject: z.string().max(256).optional(),
          actor: z.string().max(128).optional(),
          cursor: wholeNumber(1).optional(),
          limit: wholeNumber(1, 500).default(100),
        }),
        response: {
          200: z.object({
            entries: z.array(entryShape),
            thinned: z.array(thinnedOutSchema),
            next_cursor: z.int().nullable(),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { cursor, type, ...filter } = request.query;
      const page = { ...(type && { action: type }), ...(cursor && { before: cursor }) };
      const input = { ...filter, ...page, thinned: true };
      const answer = await services.ask(audit.requests.query, input, contextOf(request));
      noteSequence(reply, answer.sequence);
      const { thinned, next_before: next_cursor } = answer;
      return { entries: answer.entries.filter(isListed).map(show), thinned, next_cursor };
    },
  );

  app.get(
    "/api/history/:sequence",
    {
      config: { access: "operate" },
      schema: {
        ...documented,
        summary: "One entry, with what it changed before and after",
        params: z.object({ sequence: wholeNumber(1) }),
        response: {
          200: entryShape.extend({
            /** False where what was before it was thinned out of the log; `before` is null then. */
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
      const answer = await services.ask(history.requests.get, { sequence }, contextOf(request));
      noteSequence(reply, answer.sequence);
      if (!isListed(answer.entry)) {
        throw new VegaError("not_found", `the history has no entry ${sequence}; see /api/audit`);
      }
      const safe = (document: (typeof answer.documents)[number]["before"]) =>
        document && (redact(document) as typeof document);
      return {
        ...show(answer.entry),
        before_known: answer.before_known,
        documents: answer.documents.map(({ document, before, after }) => ({
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
        summary: "How the state at one sequence differs from that at another: JSON Patch and words",
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
        const answer = await services.ask(
          crystal.requests.getAt,
          { moment: { sequence } },
          contextOf(request),
        );
        noteSequence(reply, answer.sequence);
        return answer.crystal;
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
        summary:
          "Put the state, or parts of it, back to what it was: a new entry on top, never a rewrite",
        description:
          "With dry_run it only says what would change. The iteration never runs backwards.",
        body: z.strictObject({
          sequence: z.int().min(1).optional(),
          at: instantSchema.optional(),
          parts: z.array(z.enum(CRYSTAL_PARTS)).min(1).optional(),
          dry_run: z.boolean().default(false),
        }),
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
      if (!moment) throw new VegaError("invalid", "say sequence or at: which moment to go back to");
      const input = { moment, dry_run, ...(parts && { parts }) };
      const answer = await services.change(crystal.requests.restore, input, contextOf(request));
      noteSequence(reply, answer.sequence);
      const { of, before, after, jobless } = answer;
      const { patch, summary } = difference(before, after);
      summary.push(...jobless.map((name) => `agents/${name}: with nothing to do until it is said`));
      return { success: true as const, dry_run, of, patch, summary };
    },
  );
};
