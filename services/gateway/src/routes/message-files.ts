import type { ContentBlob, JsonObject } from "@vega/contracts";
import { blobsOfPart, isInline, mediaTypeSchema, messages, VegaError } from "@vega/contracts";
import { z } from "zod";
import type { Routes } from "../dependencies.ts";
import { contentDisposition } from "../library/disposition.ts";
import type { Sent } from "../library/send-content.ts";
import { sendBlob } from "../library/send-content.ts";
import { contextOf } from "../plugins/request-context.ts";
import { conversationOwner } from "./conversation-owner.ts";
import { conversationParams, documented, ownerQuery } from "./conversation-shapes.ts";
import { wholeNumber } from "./parameters.ts";
import { problemResponse } from "./schemas.ts";

const MOST = 1_000_000;
const indexParam = (example: number) =>
  wholeNumber(0, MOST).meta({ type: "integer", minimum: 0, maximum: MOST, example });

/** Files that messages have as content parts. */
export const messageFileRoutes: Routes = async (app, { services, blobs }) => {
  app.get(
    "/api/conversations/:id/messages/:position/parts/:part/content",
    {
      config: { access: "memory", kind: "transfer" },
      schema: {
        ...documented,
        operationId: "downloadMessageFile",
        summary: "Get the file of a message's content part",
        description:
          "Of a part with `vega_blobs`. `position` is that of the message, `part` the index in its content. The ETag is the SHA-256.",
        params: conversationParams.extend({
          position: indexParam(0),
          part: indexParam(1),
        }),
        querystring: ownerQuery,
        response: {
          200: {
            description: "The bytes",
            content: { "application/octet-stream": { schema: z.string() } },
          },
          ...problemResponse,
        },
      },
    },
    async (request, reply) => {
      const { id, position, part: index } = request.params;
      const result = await services.request(
        messages.requests.list,
        {
          owner: conversationOwner(request),
          conversation_id: id,
          cursor: position === 0 ? null : position - 1,
          limit: 1,
          all_branches: true,
        },
        contextOf(request),
      );
      const message = result.messages.find((one) => one.position === position);
      const part = Array.isArray(message?.content) ? message.content[index] : undefined;
      const [file] = blobsOfPart(part);
      if (!part || !file) {
        throw new VegaError(
          "not_found",
          `message ${position} of the conversation has no file as part ${index}`,
        );
      }
      // Before the headers: a file that is lost is no empty success.
      const { bytes } = await blobs.stat(file.sha256);
      return sendBlob(request, reply, blobs, sentOf(part, file, bytes, index)) as never;
    },
  );
};

/** The client named the media type, so only those of harmless kinds are shown in place. */
function sentOf(part: JsonObject, file: ContentBlob, bytes: number, index: number): Sent {
  const type = mediaTypeSchema.safeParse(file.media_type).data;
  const isShown = type !== undefined && isInline(type);
  const extension = type?.replace(/^.*\//, "").replace("plain", "txt") ?? "bin";
  return {
    sha256: file.sha256,
    bytes,
    contentType: isShown || type === "application/pdf" ? type : "application/octet-stream",
    disposition: contentDisposition(
      isShown ? "inline" : "attachment",
      nameOf(part) ?? `part-${index}.${extension}`,
    ),
    isPublic: false,
    // A message never changes, but it can be deleted.
    isFixed: false,
  };
}

/** The name of a part of the type `file`. */
function nameOf({ file }: JsonObject): string | undefined {
  const name =
    typeof file === "object" && file !== null && !Array.isArray(file)
      ? file["filename"]
      : undefined;
  // oxlint-disable-next-line no-control-regex -- a header has none
  return typeof name === "string" && /^[^\x00-\x1f\x7f/\\]{1,200}$/.test(name) ? name : undefined;
}
