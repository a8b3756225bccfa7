import { z } from "zod";
import { digestSchema } from "../blobs/documents.ts";
import { ownerKey, ownerSchema } from "../conversations/owner.ts";
import { ownedId } from "../users/user-id.ts";
import { fileNameProblem, isPlainText } from "./file-name.ts";
import { mediaTypeSchema, THUMBNAIL_WIDTHS } from "./media-types.ts";
import { visibilitySchema } from "./visibility.ts";

/*
 * Files of the library. An asset is the metadata with the content in force; each content that it had is a version. The
 * bytes are blobs beside the database. Times are ISO 8601.
 */
const time = z.iso.datetime();
const count = z.int().min(0);

/** Text of one line, of at most `most` characters (UTF-16 units). */
const line = (most: number) =>
  z.string().max(most).refine(isPlainText, "must not contain control or bidirectional characters");

export const MAX_TAGS = 32;
/** Versions of one asset. */
export const MAX_VERSIONS = 100;

export const assetIdSchema = z.uuid();

export const fileNameSchema = z
  .string()
  .superRefine((name, context) => {
    const message = fileNameProblem(name);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  })
  .meta({ example: "ravens.jpg" });

export const categorySchema = line(64).meta({ example: "Visual Design" });

export const tagSchema = line(64)
  .min(1)
  .refine((tag) => tag.trim() === tag && !tag.includes(","), {
    error: "must not contain a comma, or begin or end with a space",
  });

export const tagsSchema = z
  .array(tagSchema)
  .max(MAX_TAGS, `at most ${MAX_TAGS} tags`)
  .refine((tags) => new Set(tags).size === tags.length, "has a tag twice")
  .meta({ example: ["raven", "logo"] });

/** What the owner writes about a file. */
export const assetMetadataSchema = z.object({
  name: fileNameSchema,
  title: line(200),
  category: categorySchema,
  tags: tagsSchema,
  /** Text in place of the picture. */
  alt: line(1_000),
  visibility: visibilitySchema,
});
export type AssetMetadata = z.infer<typeof assetMetadataSchema>;

const pixels = z.int().min(1).nullable();

/** The content of a version. Width and height are those of the upright picture; null where it has none. */
export const assetContentSchema = z.object({
  sha256: digestSchema,
  media_type: mediaTypeSchema,
  bytes: z.int().min(1),
  width: pixels,
  height: pixels,
  thumbnails: z.array(
    z.object({ width: z.literal(THUMBNAIL_WIDTHS), sha256: digestSchema, bytes: z.int().min(1) }),
  ),
});
export type AssetContent = z.infer<typeof assetContentSchema>;

export const assetSchema = assetMetadataSchema.extend({
  ...assetContentSchema.omit({ thumbnails: true }).shape,
  id: assetIdSchema,
  /** The account that owns it; null: the administrator's token. */
  created_by: ownerSchema,
  /** Bytes of all versions. */
  stored_bytes: z.int().min(1),
  /** Number of the version in force. */
  version: z.int().min(1).max(MAX_VERSIONS),
  /** Rises with each change; the entity tag follows from it. */
  revision: z.int().min(1),
  created_at: time,
  updated_at: time,
});
export type Asset = z.infer<typeof assetSchema>;

export const assetVersionSchema = assetContentSchema.extend({
  asset_id: assetIdSchema,
  version: z.int().min(1).max(MAX_VERSIONS),
  owner: ownerSchema,
  created_at: time,
  /** Digest of the request that a repetition with the same Idempotency-Key must have; null without a key. */
  fingerprint: digestSchema.nullable(),
});
export type AssetVersion = z.infer<typeof assetVersionSchema>;

/** What the files of one owner take: all versions, without thumbnails. */
export const assetUsageSchema = z.object({ owner: ownerSchema, files: count, bytes: count });
export type AssetUsage = z.infer<typeof assetUsageSchema>;

type Owner = z.infer<typeof ownerSchema>;
const idOf = (owner: Owner, rest: string): string => ownedId(ownerKey(owner), rest);

export const assetDocumentId = ({ created_by, id }: Pick<Asset, "created_by" | "id">): string =>
  idOf(created_by, id);
/** Numbers are padded, so the order of the ids is that of the versions. */
export const assetVersionId = (owner: Owner, id: string, version: number): string =>
  idOf(owner, `${id}/${String(version).padStart(4, "0")}`);
