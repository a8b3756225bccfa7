import type { ByteReader } from "./byte-reader.ts";
import { malformed, readBytes } from "./byte-reader.ts";
import { orientationOf, orientationSegment } from "./exif.ts";

const SOI = 0xffd8;
const SOS = 0xda;
const EOI = 0xd9;
const COMMENT = 0xfe;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const EXIF = "Exif\0\0";

/** Segments of applications that decide how the picture looks: JFIF, the colour profile, Adobe's colour transform. */
const isNeeded = (marker: number, data: Buffer): boolean =>
  marker === APP0 ||
  marker === APP14 ||
  (marker === APP2 && data.subarray(0, 11).toString("latin1") === "ICC_PROFILE");

/** Removes the metadata of a JPEG, and what follows its picture. The orientation stays. */
export async function* stripJpeg(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = readBytes(source);
  const start = await reader.take(2);
  if (start.readUInt16BE() !== SOI) throw malformed("it does not begin as a JPEG");
  yield start;
  let oriented = false;
  for (;;) {
    const marker = await nextMarker(reader);
    if (marker === EOI) {
      yield Buffer.of(0xff, EOI);
      return;
    }
    const length = await reader.peek(2);
    if (length.length < 2 || length.readUInt16BE() < 2) throw malformed("a segment has no length");
    const segment = await reader.take(length.readUInt16BE());
    const data = segment.subarray(2);
    if (marker === APP1 && data.subarray(0, 6).toString("latin1") === EXIF && !oriented) {
      const orientation = orientationOf(data.subarray(6));
      oriented = orientation > 1;
      if (oriented) yield orientationSegment(orientation);
    }
    const isApplication = marker >= APP0 && marker <= APP15;
    if (marker === COMMENT || (isApplication && !isNeeded(marker, data))) continue;
    yield Buffer.of(0xff, marker);
    yield segment;
    if (marker === SOS) yield* scan(reader);
  }
}

async function nextMarker(reader: ByteReader): Promise<number> {
  if ((await reader.take(1))[0] !== 0xff) throw malformed("a marker is missing");
  // Markers may be padded with further 0xff.
  for (;;) {
    const [byte = 0] = await reader.take(1);
    if (byte !== 0xff) return byte;
  }
}

/** The coded data of a scan, up to the next marker that is not part of it. */
async function* scan(reader: ByteReader): AsyncGenerator<Uint8Array> {
  for (;;) {
    const window = await reader.peek(16 * 1024);
    if (window.length < 2) throw malformed("it ends too early");
    let at = window.indexOf(0xff);
    // Stuffed bytes and restart markers belong to the scan.
    while (at >= 0 && at + 1 < window.length && isCoded(window[at + 1] ?? 0)) {
      at = window.indexOf(0xff, at + 2);
    }
    if (at >= 0 && at + 1 < window.length) {
      if (at > 0) yield await reader.take(at);
      return;
    }
    // A marker may begin with the last byte.
    const end = at < 0 ? window.length : at;
    if (end === 0) throw malformed("it ends too early");
    yield await reader.take(end);
  }
}

const isCoded = (byte: number): boolean => byte === 0 || (byte >= 0xd0 && byte <= 0xd7);
