import {
  MAX_WHITEPAPER_PDF_BYTES,
  VegaError,
  whitepapers,
  whitepaperSlugSchema,
} from "@vega/contracts";
import type { Readable } from "node:stream";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { sequenceTag, sequencesToMatch } from "./if-match.ts";
import { problemResponse } from "./schemas.ts";
import {
  described,
  documented,
  ifMatchHeaders,
  readWhitepaper,
  showWhitepaper,
  whitepaperParams,
  whitepaperShape,
} from "./whitepaper-shapes.ts";

const description = `The body is the PDF, at most ${MAX_WHITEPAPER_PDF_BYTES / 1024 / 1024} MiB, with content-type application/pdf.`;

/** Whitepapers that are written elsewhere, as PDF. */
export const whitepaperUploadRoutes: Routes = async (app, dependencies) => {
  const { services, whitepaperTexts: texts } = dependencies;
  // The bytes go to state while they arrive; the limit is checked there.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/pdf", (_request, payload, done) => done(null, payload));
  app.addContentTypeParser("*", (_request, _payload, done) => done(notPdf()));

  app.post(
    "/api/whitepapers/pdf",
    {
      config: { access: "operate" },
      bodyLimit: MAX_WHITEPAPER_PDF_BYTES,
      schema: {
        ...documented,
        operationId: "uploadWhitepaper",
        summary: "Create a whitepaper from a PDF",
        description,
        querystring: z.object({
          title: described.title.meta({ example: "Ravens" }),
          language: described.language.default("en"),
          slug: whitepaperSlugSchema.optional(),
          status: described.status.default("published"),
          note: described.note.default(""),
        }),
        response: { 201: whitepaperShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { title, language, slug, status, note } = request.query;
      const stored = await texts.storePdf(bodyOf(request));
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

  app.put(
    "/api/whitepapers/:id/pdf",
    {
      config: { access: "operate" },
      bodyLimit: MAX_WHITEPAPER_PDF_BYTES,
      schema: {
        ...documented,
        operationId: "uploadWhitepaperVersion",
        summary: "Add a PDF as the next version",
        description: `${description} \`If-Match\` as for PUT /api/whitepapers/:id.`,
        params: whitepaperParams,
        headers: ifMatchHeaders,
        querystring: z.object({ note: described.note.default("") }),
        response: { 200: whitepaperShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const expected = sequencesToMatch(request);
      const { whitepaper: before } = await readWhitepaper(dependencies, request, request.params.id);
      const stored = await texts.storePdf(bodyOf(request));
      const { note } = request.query;
      const { sequence, whitepaper } = await services.request(
        whitepapers.requests.update,
        { id: before.id, expected, text: { ...stored, note, written_by: null } },
        contextOf(request),
      );
      setSequenceHeader(reply, sequence);
      void reply.header("etag", sequenceTag(whitepaper.sequence));
      return showWhitepaper(whitepaper);
    },
  );
};

const notPdf = () =>
  new VegaError("unsupported_media_type", "send the PDF with content-type: application/pdf");

/** The parsed body: the stream of the parser above. Without a body there are no bytes. */
const bodyOf = ({ body }: { readonly body: unknown }): AsyncIterable<Uint8Array> =>
  (body as Readable | undefined) ?? nothing();

async function* nothing(): AsyncGenerator<Uint8Array> {}
