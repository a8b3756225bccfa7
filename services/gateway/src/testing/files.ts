/* Small files of each kind, for tests. */

const base64 = (text: string) => Buffer.from(text, "base64");
const latin1 = (text: string) => Buffer.from(text, "latin1");

/** A picture of one pixel. */
export const PNG = base64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQImWM4Y2wMAAMBATOR31alAAAAAElFTkSuQmCC",
);
export const GIF = base64("R0lGODlhAQABAIAAAExpccwzMyH5BAUAAAAALAAAAAABAAEAAAICTAEAOw==");
export const WEBP = base64(
  "UklGRjoAAABXRUJQVlA4IC4AAACQAQCdASoBAAEAAUAmJaACdLoAA5gA/u7/n/wF090Yt/+4OP+wcf9g4/dMAAAA",
);
/** The start of a JPEG: enough for its kind, not for a decoder. */
export const JPEG_START = latin1(
  "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00",
);
export const PDF = latin1("%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n");
export const WAV = latin1("RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00");
export const MP3 = latin1(`\xff\xfb\x90\x64${"\x00".repeat(413)}\xff\xfb\x90\x64`);
export const MP4 = latin1("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2");
export const BMP = latin1("BM\x3a\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00");
export const EXE = latin1("MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00");
/** An empty ZIP archive. */
export const ZIP = latin1(`PK\x05\x06${"\x00".repeat(18)}`);

/** Bytes in pieces of a size, as a socket delivers them. */
export async function* inPieces(
  bytes: Uint8Array,
  size = bytes.length,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function readAll(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
