import { z } from "zod";
import { digestSchema } from "../blobs/documents.ts";

/*
 * A large value of a content part, such as the data URL of a picture, is stored as a blob. The part keeps its shape with
 * the value left out, and lists what was left out in its member `vega_blobs`.
 */

/** The member of a stored part. Callers can't set it. */
export const BLOBS_MEMBER = "vega_blobs";

/** A value of a part that is stored as a blob. */
export const contentBlobSchema = z.object({
  /** Where the value was: one or two member names, such as `["image_url", "url"]`. */
  path: z.array(z.string()).min(1).max(2),
  sha256: digestSchema,
  /** Size of the blob. */
  bytes: z.int().min(1),
  /** Of the data URL or the file; null where it is not known. */
  media_type: z.string().max(128).nullable(),
  /** The value is `prefix`, then the bytes in base64 or as UTF-8. */
  prefix: z.string().max(512),
  encoding: z.enum(["base64", "utf8"]),
});

export type ContentBlob = z.infer<typeof contentBlobSchema>;

const listSchema = z.array(contentBlobSchema).max(8);

/** What a stored part has as blobs. */
export function blobsOfPart(part: unknown): readonly ContentBlob[] {
  if (typeof part !== "object" || part === null || !(BLOBS_MEMBER in part)) return [];
  return listSchema.safeParse(part[BLOBS_MEMBER]).data ?? [];
}

/** Digests of the blobs of a stored content. */
export const digestsOfContent = (content: unknown): string[] =>
  Array.isArray(content)
    ? content.flatMap((part) => blobsOfPart(part).map(({ sha256 }) => sha256))
    : [];
