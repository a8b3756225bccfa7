import type { MediaType } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import { stripJpeg } from "./jpeg.ts";
import { stripPng } from "./png.ts";
import { stripWebp } from "./webp.ts";

type Bytes = AsyncIterable<Uint8Array>;

/** The same picture without EXIF (position, camera, owner), XMP, IPTC and comments. Pixels are not encoded again. */
const STRIPPERS: Partial<Record<MediaType, (source: Bytes) => Bytes>> = {
  "image/jpeg": stripJpeg,
  "image/png": stripPng,
  "image/webp": stripWebp,
};

/** Throws VegaError `invalid` for a kind whose metadata can't be removed; while reading, for a malformed file. */
export function stripMetadata(type: MediaType, source: Bytes): Bytes {
  const strip = STRIPPERS[type];
  if (strip) return readToEnd(strip, source);
  throw new VegaError(
    "invalid",
    `strip_metadata is not possible for ${type}; possible: ${Object.keys(STRIPPERS).join(", ")}`,
  );
}

/** Also reads what the picture does not need: the sender waits until all is read. */
async function* readToEnd(
  strip: (source: Bytes) => Bytes,
  source: Bytes,
): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  // An end of one loop must not end the source.
  const kept: Bytes = { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) };
  yield* strip(kept);
  for await (const _rest of kept);
}
