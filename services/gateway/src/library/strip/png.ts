import { malformed, readBytes } from "./byte-reader.ts";

const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
/** Chunks that say something about the picture's origin. The orientation in eXIf goes too: readers of PNG ignore it. */
const METADATA = new Set(["eXIf", "tEXt", "zTXt", "iTXt", "tIME"]);
/** A checksum follows each chunk. */
const CRC = 4;

/** Removes the metadata of a PNG, and what follows its picture. */
export async function* stripPng(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = readBytes(source);
  const start = await reader.take(SIGNATURE.length);
  if (!start.equals(SIGNATURE)) throw malformed("it does not begin as a PNG");
  yield start;
  for (;;) {
    const head = await reader.take(8);
    const size = head.readUInt32BE() + CRC;
    const type = head.subarray(4).toString("latin1");
    const keeps = !METADATA.has(type);
    if (keeps) yield head;
    let passed = 0;
    for await (const piece of reader.pass(size)) {
      passed += piece.length;
      if (keeps) yield piece;
    }
    if (passed < size) throw malformed("it ends too early");
    if (type === "IEND") return;
  }
}
