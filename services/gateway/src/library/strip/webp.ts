import { malformed, readBytes } from "./byte-reader.ts";

const METADATA = new Set(["EXIF", "XMP "]);
/** Bits of VP8X that announce EXIF and XMP. */
const ANNOUNCED = 0x08 | 0x04;

/**
 * Overwrites the metadata of a WebP with zeros under another name, since the size of the file stands at its start.
 * Drops what follows the picture.
 */
export async function* stripWebp(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = readBytes(source);
  const start = await reader.take(12);
  if (start.toString("latin1", 0, 4) !== "RIFF" || start.toString("latin1", 8) !== "WEBP") {
    throw malformed("it does not begin as a WebP");
  }
  yield start;
  for (let left = start.readUInt32LE(4) - 4; left >= 8;) {
    const head = Buffer.from(await reader.take(8));
    const type = head.toString("latin1", 0, 4);
    // Chunks have an even size.
    const size = Math.min(head.readUInt32LE(4) + (head.readUInt32LE(4) % 2), left - 8);
    left -= 8 + size;
    const hides = METADATA.has(type);
    if (hides) head.write("JUNK", "latin1");
    yield head;
    let passed = 0;
    for await (const piece of reader.pass(size)) {
      if (hides) yield Buffer.alloc(piece.length);
      else if (type === "VP8X" && passed === 0) yield withoutAnnouncements(piece);
      else yield piece;
      passed += piece.length;
    }
    if (passed < size) throw malformed("it ends too early");
  }
}

function withoutAnnouncements(piece: Buffer): Buffer {
  const flags = Buffer.from(piece);
  flags[0] = (flags[0] ?? 0) & ~ANNOUNCED;
  return flags;
}
