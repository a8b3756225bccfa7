/* The little of EXIF that a picture without metadata still needs. Source: CIPA DC-008, section 4.6.2. */

const ORIENTATION = 0x0112;
/** Entries of a directory that are looked at. */
const MAX_ENTRIES = 256;

/** The orientation, 1 to 8, in a block of TIFF; 1 where there is none. */
export function orientationOf(tiff: Buffer): number {
  const order = tiff.subarray(0, 2).toString("latin1");
  if (tiff.length < 8 || (order !== "II" && order !== "MM")) return 1;
  const isLittle = order === "II";
  const short = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (directory + 2 > tiff.length) return 1;
  const entries = Math.min(short(directory), MAX_ENTRIES);
  for (let at = directory + 2; at < directory + 2 + entries * 12; at += 12) {
    if (at + 12 > tiff.length) return 1;
    if (short(at) !== ORIENTATION) continue;
    const orientation = short(at + 8);
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  }
  return 1;
}

/** A segment of JPEG with an orientation and nothing else. */
export function orientationSegment(orientation: number): Buffer {
  const tiff = Buffer.from(
    "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0",
    "latin1",
  );
  tiff.writeUInt16BE(orientation, 18);
  const head = Buffer.from("\xff\xe1\0\0Exif\0\0", "latin1");
  head.writeUInt16BE(head.length - 2 + tiff.length, 2);
  return Buffer.concat([head, tiff]);
}
