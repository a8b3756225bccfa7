import type { AssetContent, MediaType } from "@vega/contracts";
import { isRasterImage, VegaError } from "@vega/contracts";
import type { BlobClient } from "@vega/messaging";
import { identify } from "./identify.ts";
import type { ImageProcesses } from "./images/image-processes.ts";
import { stripMetadata } from "./strip/strip-metadata.ts";

/** The decoder holds a whole image. */
const MAX_IMAGE_BYTES = 64 * 1024 * 1024;

/** A file as its sender describes it. */
export interface IncomingFile {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly name: string;
  /** Its Content-Type. */
  readonly declared: string;
  /** Remove metadata such as the position from the original. */
  readonly stripMetadata: boolean;
}

export interface FileLimits {
  /** Bytes of one file. */
  readonly fileBytes: number;
  /** Bytes that its owner may still store; null: no limit. */
  readonly left: number | null;
}

/**
 * Stores a file and its thumbnails as blobs. The bytes pass through; an image is read again for its thumbnails.
 * Throws VegaError; what was stored until then is removed by the sweep of blobs that no document names.
 */
export async function storeFile(
  { blobs, images }: { blobs: BlobClient; images: ImageProcesses },
  file: IncomingFile,
  limits: FileLimits,
  signal: AbortSignal,
): Promise<AssetContent> {
  const { mediaType, bytes: checked } = await identify(file.bytes, file);
  const source = file.stripMetadata ? stripMetadata(mediaType, checked) : checked;
  const isImage = isRasterImage(mediaType);
  const maxBytes = Math.min(
    limits.fileBytes,
    limits.left ?? Infinity,
    isImage ? MAX_IMAGE_BYTES : Infinity,
  );
  const { sha256, bytes } = await blobs
    .put(source, { maxBytes, signal })
    .catch((error: unknown) => {
      throw isTooLarge(error) ? tooLarge(mediaType, limits) : error;
    });
  const content = { sha256, media_type: mediaType, bytes };
  if (!isImage) return { ...content, width: null, height: null, thumbnails: [] };
  const { width, height, thumbnails } = await images.decode(mediaType, blobs.read(sha256));
  const stored = await Promise.all(
    thumbnails.map(async (one) => {
      const options = { maxBytes: one.bytes.byteLength, signal };
      const { sha256: digest, bytes: size } = await blobs.put(single(one.bytes), options);
      return { width: one.width, sha256: digest, bytes: size };
    }),
  );
  return { ...content, width, height, thumbnails: stored };
}

async function* single(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof VegaError && error.code === "too_large";

/** Names the limit that the file exceeds. */
function tooLarge(mediaType: MediaType, { fileBytes, left }: FileLimits): VegaError {
  if (left !== null && left < fileBytes) {
    return new VegaError(
      "insufficient_storage",
      `the file exceeds the ${left} bytes that the account may still store: delete files, or have VEGA_LIBRARY_ACCOUNT_BYTES raised`,
    );
  }
  if (isRasterImage(mediaType) && fileBytes > MAX_IMAGE_BYTES) {
    return new VegaError("too_large", `an image may have at most ${MAX_IMAGE_BYTES} bytes`);
  }
  return new VegaError(
    "too_large",
    `the file exceeds the limit of ${fileBytes} bytes (VEGA_LIBRARY_FILE_BYTES)`,
  );
}
