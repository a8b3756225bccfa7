import type { Asset } from "@vega/contracts";
import {
  assetIdSchema,
  assetMetadataSchema,
  assetSchema,
  assetVersionSchema,
  visibilitySchema,
} from "@vega/contracts";
import { z } from "zod";
import { component } from "../openapi/components.ts";
import { EXAMPLE_ID } from "./schemas.ts";

/* What the routes of the library share. */

export const assetShape = component(
  "Asset",
  assetSchema.omit({ revision: true, stored_bytes: true }),
);

/** The entity tag has the revision. */
export const showAsset = ({ revision: _revision, stored_bytes: _bytes, ...asset }: Asset) => asset;

export const assetVersionShape = component(
  "AssetVersion",
  assetVersionSchema.pick({
    version: true,
    sha256: true,
    media_type: true,
    bytes: true,
    width: true,
    height: true,
    created_at: true,
  }),
);

export const assetParams = z.object({ id: assetIdSchema.meta({ example: EXAMPLE_ID }) });

export const metadataBody = assetMetadataSchema
  .partial()
  .meta({ example: { title: "Two ravens", tags: ["raven"] } });

const text = z.string().optional();
const bytes = z.unknown().meta({
  type: "string",
  format: "binary",
  description: "The file; its name is that of the part",
});
const stripMetadata = z.enum(["true", "false"]).optional().meta({
  description: "true: store the original without EXIF, XMP and comments; before the file",
});

/** The forms of uploads, for the document only: they are read as they arrive. */
export const fileForm = z
  .object({
    strip_metadata: stripMetadata,
    title: text,
    category: text,
    tags: text.meta({ description: "Separated by commas" }),
    alt: text.meta({ description: "Text in place of the picture" }),
    visibility: visibilitySchema.optional(),
    name: text.meta({ description: "File name in place of that of the part" }),
    file: bytes,
  })
  .meta({ example: { title: "Notes on ravens", tags: "raven,notes", file: "Ravens are clever." } });

export const versionForm = z
  .object({ strip_metadata: stripMetadata, file: bytes })
  .meta({ example: { file: "Ravens are very clever." } });

/** The part of a route's schema that all of them have. */
export const documented = { tags: ["library"] };
