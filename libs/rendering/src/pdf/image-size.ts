/** More pixels take too much memory once they are decoded. */
const MAX_PIXELS = 25_000_000;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Width and height of a PNG or JPEG that can be drawn; undefined for other data and images with too many pixels. */
export function imageSize(bytes: Uint8Array): Size | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = pngSize(view) ?? jpegSize(view);
  if (!size || size.width === 0 || size.height === 0) return undefined;
  return size.width * size.height <= MAX_PIXELS ? size : undefined;
}

const PNG_SIGNATURE = 0x89504e470d0a1a0an;
const IHDR_END = 33;

function pngSize(view: DataView): Size | undefined {
  if (view.byteLength < IHDR_END || view.getBigUint64(0) !== PNG_SIGNATURE) return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** Markers of frames that have the size; C4, C8 and CC are other segments. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function jpegSize(view: DataView): Size | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (isFrame(marker)) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return undefined;
}
