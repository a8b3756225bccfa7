import {
  assets,
  categorySchema,
  digestSchema,
  fileNameSchema,
  searchCursorSchema,
  tagSchema,
  visibilitySchema,
} from "@vega/contracts";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { revisionsOf, revisionTag } from "../library/revision-tag.ts";
import { requirePublisher, viewerOf } from "../library/viewer.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { matchesEtag } from "../read-model/etag.ts";
import {
  assetParams,
  assetShape,
  assetVersionShape,
  documented,
  metadataBody,
  showAsset,
} from "./library-shapes.ts";
import { flagQuery, limitQuery } from "./parameters.ts";
import { problemResponse, success } from "./schemas.ts";

/** Metadata of the library's files. */
export const libraryFileRoutes: Routes = async (app, { services, config }) => {
  const { requests } = assets;
  const { publicReads } = config;

  app.get(
    "/api/library/files",
    {
      config: { access: "library-read" },
      schema: {
        ...documented,
        operationId: "listFiles",
        summary: "List or search the files that the caller may see",
        description:
          "The best match first, then the newest. Each word of `q` is the beginning of a word of title, name, tags, category or alt. `type` is a media type or its first part, such as `image`.",
        querystring: z.strictObject({
          q: z.string().trim().max(200).optional().meta({ description: "Words to search for" }),
          tag: tagSchema.optional(),
          category: categorySchema.optional(),
          type: z.string().max(64).optional(),
          name: fileNameSchema.optional().meta({ description: "The whole file name" }),
          sha256: digestSchema.optional(),
          visibility: visibilitySchema.optional(),
          own: flagQuery("Only the caller's own files"),
          cursor: searchCursorSchema
            .optional()
            .meta({ description: "`next_cursor` of the previous page" }),
          limit: limitQuery(200, 50),
        }),
        response: {
          200: z.object({ files: z.array(assetShape), next_cursor: z.string().nullable() }),
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { q: text, ...filter } = request.query;
      const viewer = viewerOf(request.principal, publicReads);
      const input = { viewer, text, ...filter };
      const result = await services.request(requests.list, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return { files: result.assets.map(showAsset), next_cursor: result.next_cursor };
    },
  );

  app.get(
    "/api/library/files/:id",
    {
      config: { access: "library-read" },
      schema: {
        ...documented,
        operationId: "getFile",
        summary: "Get the metadata of a file",
        params: assetParams,
        response: { 200: assetShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = { viewer: viewerOf(request.principal, publicReads), id: request.params.id };
      const result = await services.request(requests.get, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      const etag = revisionTag(result.asset.revision);
      void reply.header("etag", etag);
      const { "if-none-match": known } = request.headers;
      if (known !== undefined && matchesEtag(known, etag)) return notModified(reply);
      return showAsset(result.asset);
    },
  );

  app.patch(
    "/api/library/files/:id",
    {
      config: { access: "library" },
      schema: {
        ...documented,
        operationId: "changeFile",
        summary: "Change metadata of a file; `If-Match` with its ETag refuses a lost update",
        description: "For the owner and operators. To publish a file needs the permission operate.",
        params: assetParams,
        body: metadataBody,
        response: { 200: assetShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { principal, params, body, headers } = request;
      requirePublisher(principal, body.visibility);
      const input = {
        viewer: viewerOf(principal, publicReads),
        id: params.id,
        if_revision: revisionsOf(headers["if-match"]),
        metadata: body,
      };
      const result = await services.request(requests.update, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      void reply.header("etag", revisionTag(result.asset.revision));
      return showAsset(result.asset);
    },
  );

  app.delete(
    "/api/library/files/:id",
    {
      config: { access: "library" },
      schema: {
        ...documented,
        operationId: "deleteFile",
        summary: "Delete a file with all its versions; this cannot be undone",
        params: assetParams,
        response: { 200: success, ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = {
        viewer: viewerOf(request.principal, publicReads),
        id: request.params.id,
        if_revision: revisionsOf(request.headers["if-match"]),
      };
      const result = await services.request(requests.delete, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return { success: true as const };
    },
  );

  app.get(
    "/api/library/files/:id/versions",
    {
      config: { access: "library-read" },
      schema: {
        ...documented,
        operationId: "listFileVersions",
        summary: "List the versions of a file, the newest first",
        params: assetParams,
        response: { 200: z.object({ versions: z.array(assetVersionShape) }), ...problemResponse },
      },
    },
    async (request, reply) => {
      const input = { viewer: viewerOf(request.principal, publicReads), id: request.params.id };
      const result = await services.request(requests.listVersions, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return {
        versions: result.versions.map(
          ({ asset_id: _id, owner: _owner, fingerprint: _key, thumbnails: _small, ...shown }) =>
            shown,
        ),
      };
    },
  );
};

const notModified = (reply: FastifyReply) => reply.code(304).send() as never;
