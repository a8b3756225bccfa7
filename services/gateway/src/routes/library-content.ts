import type { ThumbnailWidth } from "@vega/contracts";
import { assets, THUMBNAIL_WIDTHS, VegaError } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contentDisposition } from "../library/disposition.ts";
import { contentOf, sendBlob } from "../library/send-content.ts";
import { viewerOf } from "../library/viewer.ts";
import { contextOf } from "../plugins/request-context.ts";
import { assetParams, documented } from "./library-shapes.ts";
import { flagQuery, wholeNumber } from "./parameters.ts";
import { problemResponse } from "./schemas.ts";

const versionQuery = {
  version: wholeNumber(1, 1_000_000)
    .optional()
    .meta({ description: "Number of a version; default the newest" }),
};

const widthSchema = z
  .enum(THUMBNAIL_WIDTHS.map(String) as [string, ...string[]], {
    error: `must be ${THUMBNAIL_WIDTHS.join(", ")}`,
  })
  .default("320")
  .transform((text) => Number(text) as ThumbnailWidth);

const binary = (type: string) => ({
  description: "The bytes",
  content: { [type]: { schema: z.string() } },
});

/** Bytes of the library's files. */
export const libraryContentRoutes: Routes = async (app, { services, blobs, config }) => {
  app.get(
    "/api/library/files/:id/content",
    {
      config: { access: "library-read", kind: "transfer" },
      schema: {
        ...documented,
        operationId: "downloadFile",
        summary: "Get the bytes of a file, or a range of them",
        description:
          "The ETag is the SHA-256. HTML, SVG and PDF are downloads; the other kinds are shown in place unless `download=true`.",
        params: assetParams,
        querystring: z.strictObject({
          ...versionQuery,
          download: flagQuery("Ask browsers to save the file"),
        }),
        response: { 200: binary("application/octet-stream"), ...problemResponse },
      },
    },
    async (request, reply) => {
      const { version, download: asDownload } = request.query;
      const viewer = viewerOf(request.principal, config.publicReads);
      const input = { viewer, id: request.params.id, version };
      const { asset, content } = await services.request(
        assets.requests.get,
        input,
        contextOf(request),
      );
      const sent = contentOf(asset, content, { asDownload, isFixed: version !== undefined });
      return sendBlob(request, reply, blobs, sent) as never;
    },
  );

  app.get(
    "/api/library/files/:id/thumb",
    {
      config: { access: "library-read", kind: "transfer" },
      schema: {
        ...documented,
        operationId: "getThumbnail",
        summary: "Get a thumbnail of an image as WebP: upright, without metadata, the first frame",
        params: assetParams,
        querystring: z.strictObject({
          ...versionQuery,
          w: widthSchema.meta({ description: "Width in pixels", type: "string" }),
        }),
        response: { 200: binary("image/webp"), ...problemResponse },
      },
    },
    async (request, reply) => {
      const { version, w: width } = request.query;
      const viewer = viewerOf(request.principal, config.publicReads);
      const input = { viewer, id: request.params.id, version };
      const { asset, content } = await services.request(
        assets.requests.get,
        input,
        contextOf(request),
      );
      const thumbnail = content.thumbnails.find((one) => one.width === width);
      if (!thumbnail) {
        throw new VegaError(
          "not_found",
          `a file of the kind ${content.media_type} has no thumbnail`,
        );
      }
      return sendBlob(request, reply, blobs, {
        ...thumbnail,
        contentType: "image/webp",
        disposition: contentDisposition("inline", `${asset.name}.${width}.webp`),
        isPublic: asset.visibility === "public",
        isFixed: version !== undefined,
      }) as never;
    },
  );
};
