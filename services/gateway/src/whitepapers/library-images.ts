import { assets, VegaError } from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import type { Dependencies } from "../dependencies.ts";
import { viewerOf } from "../library/viewer.ts";
import { contextOf } from "../plugins/request-context.ts";
import type { FindImages, ReadableImage } from "./texts.ts";
import { readBlob } from "./read-blob.ts";

/** Bytes of one image, and of all images of a document: they are in memory while it is rendered. */
const MAX_IMAGE_BYTES = 8 * 1024 * 1024;
const MAX_BYTES = 16 * 1024 * 1024;

/** Finds images of the library that the caller of a request may see. Others, and too large ones, are left out. */
export const imagesFor =
  (
    { services, blobs, config }: Pick<Dependencies, "services" | "blobs" | "config">,
    request: FastifyRequest,
  ): FindImages =>
  async (ids) => {
    const viewer = viewerOf(request.principal, config.publicReads);
    const context = contextOf(request);
    const find = async (id: string) => {
      try {
        const { content } = await services.request(assets.requests.get, { viewer, id }, context);
        return { id, content };
      } catch (error) {
        if (error instanceof VegaError && error.code === "not_found") return undefined;
        throw error;
      }
    };
    const found = new Map<string, ReadableImage>();
    let room = MAX_BYTES;
    for (const one of await Promise.all(ids.map(find))) {
      if (!one) continue;
      const { sha256, bytes, media_type } = one.content;
      const fits = bytes <= Math.min(MAX_IMAGE_BYTES, room);
      if (!fits || !media_type.startsWith("image/")) continue;
      room -= bytes;
      const load = () => readBlob(blobs, sha256, MAX_IMAGE_BYTES);
      found.set(one.id, { sha256, mediaType: media_type, load });
    }
    return found;
  };
