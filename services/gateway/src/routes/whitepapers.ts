import { MAX_MARKDOWN_BYTES, whitepapers, whitepaperSlugSchema } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { imagesFor } from "../whitepapers/library-images.ts";
import { sequenceTag, sequencesToMatch } from "./if-match.ts";
import { problemResponse, success } from "./schemas.ts";
import {
  described,
  documented,
  ifMatchHeaders,
  readWhitepaper,
  seesDrafts,
  showVersion,
  showWhitepaper,
  versionShape,
  whitepaperParams,
  whitepaperParamsOf,
  whitepaperShape,
} from "./whitepaper-shapes.ts";

/** JSON escapes at most every character of an ordinary text once. */
const BODY_BYTES = 2 * MAX_MARKDOWN_BYTES + 64 * 1024;

const markdown = z.string().min(1).meta({ description: "The text, GitHub-flavoured Markdown" });

/** Whitepapers with their versions. */
export const whitepaperRoutes: Routes = async (app, dependencies) => {
  const { services, whitepaperTexts: texts } = dependencies;
  app.get(
    "/api/whitepapers",
    {
      config: { access: "public" },
      schema: {
        ...documented,
        operationId: "listWhitepapers",
        summary: "List whitepapers by title; drafts for operators only",
        response: { 200: z.array(whitepaperShape), ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = { drafts: seesDrafts(request) };
      const found = await services.request(whitepapers.requests.list, input, contextOf(request));
      setSequenceHeader(reply, found.sequence);
      return found.whitepapers.map(showWhitepaper);
    },
  );

  app.post(
    "/api/whitepapers",
    {
      config: { access: "operate" },
      bodyLimit: BODY_BYTES,
      schema: {
        ...documented,
        operationId: "createWhitepaper",
        summary: "Create a whitepaper from a Markdown text",
        body: z
          .object({
            title: described.title,
            language: described.language.default("en"),
            markdown,
            slug: whitepaperSlugSchema.optional(),
            status: described.status.default("published"),
            note: described.note.default(""),
          })
          .meta({ example: { title: "Ravens", markdown: "# Ravens\n\nThey remember faces.\n" } }),
        response: { 201: whitepaperShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { title, language, markdown: text, slug, status, note } = request.body;
      const images = imagesFor(dependencies, request);
      const stored = await texts.storeMarkdown(text, { title, language }, images);
      const { sequence, whitepaper } = await services.request(
        whitepapers.requests.create,
        { title, language, slug, status, text: { ...stored, note, written_by: null } },
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      void reply.header("etag", sequenceTag(whitepaper.sequence));
      void reply.header("location", `/api/whitepapers/${whitepaper.id}`);
      return reply.code(201).send(showWhitepaper(whitepaper));
    },
  );

  app.get(
    "/api/whitepapers/:id",
    {
      config: { access: "public" },
      schema: {
        ...documented,
        operationId: "getWhitepaper",
        summary: "Get a whitepaper with its versions",
        params: whitepaperParams,
        response: {
          200: whitepaperShape.extend({ versions: z.array(versionShape) }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const found = await readWhitepaper(dependencies, request, request.params.id);
      setSequenceHeader(reply, found.sequence);
      void reply.header("etag", sequenceTag(found.whitepaper.sequence));
      return { ...showWhitepaper(found.whitepaper), versions: found.versions.map(showVersion) };
    },
  );

  app.put(
    "/api/whitepapers/:id",
    {
      config: { access: "operate" },
      bodyLimit: BODY_BYTES,
      schema: {
        ...documented,
        operationId: "updateWhitepaper",
        summary: "Change a whitepaper; a new text is a new version",
        description:
          "Absent members stay as they are. `If-Match` has the ETag that you have read: 412 if somebody else has changed the whitepaper since, 428 without it.",
        params: whitepaperParams,
        headers: ifMatchHeaders,
        body: z
          .object({
            title: described.title.optional(),
            language: described.language.optional(),
            status: described.status.optional(),
            markdown: markdown.optional(),
            note: described.note.default(""),
          })
          .meta({ example: { status: "published" } }),
        response: { 200: whitepaperShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const expected = sequencesToMatch(request);
      const { title, language, status, markdown: text, note } = request.body;
      const { whitepaper: before } = await readWhitepaper(dependencies, request, request.params.id);
      const shown = { title: title ?? before.title, language: language ?? before.language };
      const stored =
        text === undefined
          ? undefined
          : await texts.storeMarkdown(text, shown, imagesFor(dependencies, request));
      const { sequence, whitepaper } = await services.request(
        whitepapers.requests.update,
        {
          id: before.id,
          expected,
          title,
          language,
          status,
          text: stored && { ...stored, note, written_by: null },
        },
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      void reply.header("etag", sequenceTag(whitepaper.sequence));
      return showWhitepaper(whitepaper);
    },
  );

  app.delete(
    "/api/whitepapers/:id",
    {
      config: { access: "operate" },
      schema: {
        ...documented,
        operationId: "deleteWhitepaper",
        summary: "Remove a whitepaper with all its versions",
        description: "With `If-Match`, only in the state that it names.",
        params: whitepaperParamsOf("models"),
        headers: ifMatchHeaders,
        response: { 200: success, ...problemResponse },
      },
    },
    async (request, reply) => {
      const isConditional = request.headers["if-match"] !== undefined;
      const expected = isConditional ? sequencesToMatch(request) : null;
      const { whitepaper } = await readWhitepaper(dependencies, request, request.params.id);
      const { sequence } = await services.request(
        whitepapers.requests.remove,
        { id: whitepaper.id, expected },
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      return { success: true as const };
    },
  );
};
