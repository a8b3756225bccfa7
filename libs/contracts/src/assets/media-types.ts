import { z } from "zod";

/** Kinds of files that the library takes. The content decides, not the name. */
export const MEDIA_TYPES = [
  "image/jpeg",
  "image/png",
  "image/webp",
  "image/gif",
  "image/avif",
  "audio/mpeg",
  "audio/wav",
  "audio/ogg",
  "audio/flac",
  "audio/mp4",
  "video/mp4",
  "video/webm",
  "application/pdf",
  "application/json",
  "text/plain",
  "text/markdown",
  "text/csv",
  "text/html",
  "image/svg+xml",
] as const;
export const mediaTypeSchema = z.enum(MEDIA_TYPES);
export type MediaType = z.infer<typeof mediaTypeSchema>;

const RASTER_IMAGES = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"] as const;
export type RasterImage = (typeof RASTER_IMAGES)[number];

/** Images of pixels: they have thumbnails. */
export const isRasterImage = (type: MediaType): type is RasterImage =>
  (RASTER_IMAGES as readonly MediaType[]).includes(type);

const TEXTS: ReadonlySet<MediaType> = new Set([
  "application/json",
  "text/plain",
  "text/markdown",
  "text/csv",
  "text/html",
  "image/svg+xml",
]);

/** Text in UTF-8. */
export const isText = (type: MediaType): boolean => TEXTS.has(type);

/** Files that a browser could run as a page of this origin, and PDF, which no sandbox shows. */
const DOWNLOADED: ReadonlySet<MediaType> = new Set([
  "text/html",
  "image/svg+xml",
  "application/pdf",
]);

/** Whether a browser may show it in place; others are downloads. */
export const isInline = (type: MediaType): boolean => !DOWNLOADED.has(type);

/** Widths of thumbnails in pixels; a narrower picture keeps its width. */
export const THUMBNAIL_WIDTHS = [96, 320, 960] as const;
export type ThumbnailWidth = (typeof THUMBNAIL_WIDTHS)[number];
