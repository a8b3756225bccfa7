import type { Whitepaper, WhitepaperVersion } from "@vega/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { matchesEtag } from "../read-model/etag.ts";
import { imagesFor } from "../whitepapers/library-images.ts";
import type { FindImages } from "../whitepapers/texts.ts";
import { toWordDiff } from "../whitepapers/word-diff.ts";
import { problemResponse } from "./schemas.ts";
import {
  documented,
  readWhitepaper,
  showVersion,
  versionNumber,
  versionOf,
  versionShape,
  whitepaperParams,
} from "./whitepaper-shapes.ts";

const FORMATS = ["pdf", "md", "html"] as const;
type Format = (typeof FORMATS)[number];

const TYPES: Readonly<Record<Format, string>> = {
  pdf: "application/pdf",
  md: "text/markdown; charset=utf-8",
  html: "text/html; charset=utf-8",
};

/** A document from others runs nothing and loads nothing. */
const SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const partShape = z.object({ change: z.enum(["same", "added", "removed"]), text: z.string() });

/** Whitepapers as files, and comparisons of their versions. */
export const whitepaperDownloadRoutes: Routes = async (app, dependencies) => {
  const { whitepaperTexts: texts, blobs } = dependencies;
  /** The bytes of a version in a format; its digest where it is known without them. */
  const contentOf = async (
    whitepaper: Whitepaper,
    version: WhitepaperVersion,
    format: Format,
    images: FindImages,
  ): Promise<Uint8Array> => {
    if (format === "md") return Buffer.from(await texts.readMarkdown(version));
    if (format === "html") return texts.html(version, whitepaper, images);
    return texts.pdf(version, whitepaper, images);
  };

  app.get(
    "/api/whitepapers/:id/versions",
    {
      config: { access: "public" },
      schema: {
        ...documented,
        operationId: "listWhitepaperVersions",
        summary: "List the versions of a whitepaper, the newest first",
        params: whitepaperParams,
        response: { 200: z.object({ versions: z.array(versionShape) }), ...problemResponse },
      },
    },
    async (request, reply) => {
      const found = await readWhitepaper(dependencies, request, request.params.id);
      setSequenceHeader(reply, found.sequence);
      return { versions: found.versions.toReversed().map(showVersion) };
    },
  );

  app.get(
    "/api/whitepapers/:id/download",
    {
      config: { access: "public" },
      schema: {
        ...documented,
        operationId: "downloadWhitepaper",
        summary: "Download a whitepaper as PDF, Markdown or HTML",
        description: "The same version gives the same bytes. `html` runs no scripts.",
        params: whitepaperParams,
        querystring: z.object({
          version: versionNumber("Default: the newest").optional(),
          format: z.enum(FORMATS).default("pdf"),
        }),
        response: {
          200: z.string().meta({ description: "The file", format: "binary" }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { version: n, format } = request.query;
      const found = await readWhitepaper(dependencies, request, request.params.id);
      const version = versionOf(found.versions, n);
      setSequenceHeader(reply, found.sequence);
      const disposition = format === "html" ? "inline" : "attachment";
      const name = `${found.whitepaper.slug}-v${version.n}.${format}`;
      void reply.headers({
        "content-type": TYPES[format],
        "content-disposition": `${disposition}; filename="${name}"`,
        "content-security-policy": SANDBOX,
        "x-content-type-options": "nosniff",
        "cache-control": "no-cache",
      });
      if (version.source === "pdf" && format === "pdf") {
        if (sendIfUnchanged(request, reply, version.sha256)) return reply;
        void reply.header("content-length", version.bytes);
        return reply.send(Readable.from(blobs.read(version.sha256)) as never);
      }
      const bytes = await contentOf(
        found.whitepaper,
        version,
        format,
        imagesFor(dependencies, request),
      );
      const digest = createHash("sha256").update(bytes).digest("hex");
      if (sendIfUnchanged(request, reply, digest)) return reply;
      return reply.send(Buffer.from(bytes) as never);
    },
  );

  app.get(
    "/api/whitepapers/:id/diff",
    {
      config: { access: "public" },
      schema: {
        ...documented,
        operationId: "diffWhitepaper",
        summary: "Compare two versions of a whitepaper by words or lines",
        description:
          "`format=text`: removed text as `[-…-]`, added text as `{+…+}`; by lines, `-` and `+` before each.",
        params: whitepaperParams,
        querystring: z.object({
          from: versionNumber("The older version"),
          to: versionNumber("The newer version; default: the newest").optional(),
          by: z.enum(["words", "lines"]).default("words"),
          format: z.enum(["json", "text"]).default("json"),
        }),
        response: {
          200: z.object({
            from: z.int(),
            to: z.int(),
            by: z.enum(["words", "lines"]),
            identical: z.boolean(),
            parts: z.array(partShape),
          }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { from, to, by, format } = request.query;
      const found = await readWhitepaper(dependencies, request, request.params.id);
      const [before, after] = [versionOf(found.versions, from), versionOf(found.versions, to)];
      const parts = await texts.compare(before, after, by);
      setSequenceHeader(reply, found.sequence);
      if (format === "text") {
        void reply.header("content-type", "text/plain; charset=utf-8");
        void reply.header("x-content-type-options", "nosniff");
        return reply.send(toWordDiff(parts, by) as never);
      }
      const identical = parts.every(({ change }) => change === "same");
      return { from: before.n, to: after.n, by, identical, parts };
    },
  );
};

/** Sets the ETag, and replies 304 where the caller has the same bytes. */
function sendIfUnchanged(request: FastifyRequest, reply: FastifyReply, sha256: string): boolean {
  const etag = `"${sha256}"`;
  void reply.header("etag", etag);
  const known = request.headers["if-none-match"];
  if (known === undefined || !matchesEtag(known, etag)) return false;
  void reply.code(304).send();
  return true;
}
