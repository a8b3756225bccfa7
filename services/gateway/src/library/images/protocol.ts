import type { RasterImage, ThumbnailWidth } from "@vega/contracts";

/* Messages between the gateway and the process that decodes images. One image at a time. */

export interface ImageLimits {
  /** Pixels of the decoded picture. */
  readonly pixels: number;
  /** Resident memory of the process, bytes. */
  readonly memoryBytes: number;
}

/** The image in chunks; `end` starts the work. */
export type ImageRequest =
  | { readonly kind: "begin"; readonly mediaType: RasterImage; readonly limits: ImageLimits }
  | { readonly kind: "chunk"; readonly bytes: Uint8Array }
  | { readonly kind: "end" };

/** Size of the upright picture, and its thumbnails in WebP. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly thumbnails: readonly { readonly width: ThumbnailWidth; readonly bytes: Uint8Array }[];
}

export type ImageReply =
  | ({ readonly kind: "decoded" } & DecodedImage)
  /** The image is at fault. */
  | { readonly kind: "refused"; readonly reason: string };

/** Exit code of a process that has exceeded its memory. */
export const MEMORY_EXIT_CODE = 64;
