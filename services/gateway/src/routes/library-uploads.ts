import multipart from "@fastify/multipart";
import type { AssetContent, AssetMetadata } from "@vega/contracts";
import { assets, VegaError } from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import { hash } from "node:crypto";
import type { z } from "zod";
import { userIdOf } from "../access/principal.ts";
import type { Routes } from "../dependencies.ts";
import { metadataOf } from "../library/form-metadata.ts";
import { receiveUpload } from "../library/receive-upload.ts";
import { revisionsOf, revisionTag } from "../library/revision-tag.ts";
import { FILE_PART } from "../library/upload-form.ts";
import { requirePublisher, viewerOf } from "../library/viewer.ts";
import { contextOf } from "../plugins/request-context.ts";
import { setSequenceHeader } from "../plugins/sequence.ts";
import { validatorCompiler } from "../plugins/validation.ts";
import {
  assetParams,
  assetShape,
  documented,
  fileForm,
  showAsset,
  versionForm,
} from "./library-shapes.ts";
import { problemResponse } from "./schemas.ts";

const MAX_KEY_LENGTH = 255;

/** Adds files to the library. */
export const libraryUploadRoutes: Routes = async (app, dependencies) => {
  const { services, config } = dependencies;
  // The schemas of bodies are for the document: a form is read by the route as it arrives.
  app.setValidatorCompiler<z.ZodType>((part) =>
    part.httpPart === "body" ? (value: unknown) => ({ value }) : validatorCompiler(part),
  );
  app.removeAllContentTypeParsers();
  await app.register(multipart);
  app.addContentTypeParser("*", (_request, _payload, done) =>
    done(
      new VegaError(
        "unsupported_media_type",
        `unsupported content type; send the file as multipart/form-data in the part ${FILE_PART}`,
      ),
    ),
  );

  app.post(
    "/api/library/files",
    {
      config: { access: "library", kind: "transfer" },
      schema: {
        ...documented,
        operationId: "addFile",
        summary: "Add a file to the library",
        description:
          "A repetition with the same Idempotency-Key responds with the file that the first one added. Without `visibility` the file is private.",
        consumes: ["multipart/form-data"],
        body: fileForm,
        response: { 201: assetShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      const key = idempotencyKey(request);
      const owner = userIdOf(principal);
      const { content, fields, name } = await receiveUpload(dependencies, request, owner);
      const metadata = metadataOf(fields, name);
      requirePublisher(principal, metadata.visibility);
      const idempotency = key === null ? null : { key, fingerprint: digestOf(content, metadata) };
      const input = { owner, metadata, content, idempotency };
      const result = await services.request(assets.requests.create, input, contextOf(request));
      setSequenceHeader(reply, result.sequence);
      return reply
        .code(201)
        .headers({
          etag: revisionTag(result.asset.revision),
          location: `/api/library/files/${result.asset.id}`,
          ...(result.replayed && { "idempotent-replayed": "true" }),
        })
        .send(showAsset(result.asset));
    },
  );

  app.post(
    "/api/library/files/:id/versions",
    {
      config: { access: "library", kind: "transfer" },
      schema: {
        ...documented,
        operationId: "addFileVersion",
        summary: "Add a version of a file; its metadata stay",
        description:
          "The bytes that the newest version has make no further version. `If-Match` with the ETag of the metadata refuses a lost update.",
        params: assetParams,
        consumes: ["multipart/form-data"],
        body: versionForm,
        response: { 201: assetShape, ...problemResponse },
      },
    },
    async (request, reply) => {
      const { principal, params, headers } = request;
      const if_revision = revisionsOf(headers["if-match"]);
      const viewer = viewerOf(principal, config.publicReads);
      const address = { viewer, id: params.id };
      const context = contextOf(request);
      // An upload to a file that is not there is refused before its bytes are read.
      const { asset } = await services.request(assets.requests.get, address, context);
      const { content, fields } = await receiveUpload(dependencies, request, asset.created_by);
      const unexpected = fields.find(([name]) => name !== "strip_metadata");
      if (unexpected) {
        throw new VegaError(
          "invalid",
          `the field ${JSON.stringify(unexpected[0].slice(0, 64))} is not part of a version; change metadata with PATCH`,
        );
      }
      const input = { ...address, if_revision, content };
      const result = await services.request(assets.requests.replace, input, context);
      setSequenceHeader(reply, result.sequence);
      return reply
        .code(201)
        .header("etag", revisionTag(result.asset.revision))
        .send(showAsset(result.asset));
    },
  );
};

/** Digest of the caller's Idempotency-Key; null without one. Throws VegaError `invalid`. */
function idempotencyKey({ headers }: FastifyRequest): string | null {
  const key = headers["idempotency-key"];
  if (typeof key !== "string") return null;
  if (key === "" || key.length > MAX_KEY_LENGTH) {
    throw new VegaError("invalid", `Idempotency-Key must have 1 to ${MAX_KEY_LENGTH} characters`);
  }
  return hash("sha256", key, "hex");
}

const digestOf = ({ sha256 }: AssetContent, metadata: AssetMetadata): string =>
  hash("sha256", JSON.stringify([sha256, metadata]), "hex");
