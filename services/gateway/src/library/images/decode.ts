import type { RasterImage } from "@vega/contracts";
import { THUMBNAIL_WIDTHS } from "@vega/contracts";
import sharp from "sharp";
import type { DecodedImage } from "./protocol.ts";

/** sharp's names of the formats. AVIF is HEIF with AV1. */
const FORMATS: Readonly<Record<RasterImage, string>> = {
  "image/jpeg": "jpeg",
  "image/png": "png",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/avif": "heif",
};

const WEBP = { quality: 78, effort: 0 } as const;

/** The image can't be decoded, or is too large. */
export class ImageError extends Error {}

// One image at a time: a cache or more threads would only use memory.
sharp.cache(false);
sharp.concurrency(1);
// Only decoders of the formats that the library takes: no SVG, PDF, or ImageMagick.
sharp.block({ operation: ["VipsForeignLoad"] });
sharp.unblock({
  operation: [
    "VipsForeignLoadJpegBuffer",
    "VipsForeignLoadPngBuffer",
    "VipsForeignLoadWebpBuffer",
    "VipsForeignLoadNsgifBuffer",
    "VipsForeignLoadHeifBuffer",
  ],
});

/**
 * Decodes an image (the first frame of an animation) and makes its thumbnails, upright and without metadata.
 * Throws ImageError.
 */
export async function decodeImage(
  bytes: Uint8Array,
  mediaType: RasterImage,
  pixels: number,
): Promise<DecodedImage> {
  try {
    return await decode(bytes, mediaType, pixels);
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    const [reason] = String(cause instanceof Error ? cause.message : cause).split("\n", 1);
    throw new ImageError(`the picture can't be decoded: ${reason}`, { cause });
  }
}

async function decode(bytes: Uint8Array, mediaType: RasterImage, pixels: number) {
  // The size is checked before any pixel is decoded.
  const header = await openImage(bytes, false).metadata();
  if (header.format !== FORMATS[mediaType]) {
    throw new ImageError(`the decoder finds ${header.format}, not ${mediaType}`);
  }
  const { width, height } = header.autoOrient;
  if (width * height > pixels) {
    throw new ImageError(
      `the picture has ${width} × ${height} pixels; at most ${pixels} pixels are allowed (VEGA_LIBRARY_IMAGE_PIXELS)`,
    );
  }
  const [largest] = THUMBNAIL_WIDTHS.toReversed();
  const { data, info } = await openImage(bytes, pixels)
    .autoOrient()
    .resize({ width: largest, withoutEnlargement: true })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const thumbnails = [];
  for (const thumbnail of THUMBNAIL_WIDTHS) {
    const small = sharp(data, { raw }).resize({ width: thumbnail, withoutEnlargement: true });
    thumbnails.push({ width: thumbnail, bytes: await small.webp(WEBP).toBuffer() });
  }
  return { width, height, thumbnails };
}

const openImage = (bytes: Uint8Array, limitInputPixels: number | false) =>
  sharp(bytes, { limitInputPixels, failOn: "error", pages: 1, sequentialRead: true });
