import type PdfDocument from "pdfkit";
import { imageSize } from "./image-size.ts";

type Document = InstanceType<typeof PdfDocument>;

/** An image as pdfkit has parsed it. */
interface Parsed {
  readonly width: number;
  readonly height: number;
  /** From EXIF, 1 to 8; absent for PNG. */
  readonly orientation?: number;
}

export interface DrawableImage {
  /** Pixels of the upright picture. */
  readonly width: number;
  readonly height: number;
  readonly parsed: Parsed;
}

/** Turned by 90 degrees from this orientation on. */
const FIRST_TURNED = 5;

/** Images that can be drawn, by their id; each is embedded once. Others are shown by their description. */
export function openImages(
  document: Document,
  files: ReadonlyMap<string, Uint8Array>,
): Map<string, DrawableImage> {
  // The types of pdfkit lack it.
  const { openImage } = document as unknown as { openImage: (bytes: Buffer) => Parsed };
  const images = new Map<string, DrawableImage>();
  for (const [id, bytes] of files) {
    if (!imageSize(bytes)) continue;
    try {
      const parsed = openImage.call(document, Buffer.from(bytes));
      const { width, height, orientation = 1 } = parsed;
      const isTurned = orientation >= FIRST_TURNED;
      images.set(id, {
        width: isTurned ? height : width,
        height: isTurned ? width : height,
        parsed,
      });
    } catch {
      // A damaged file, or a variant that pdfkit does not know.
    }
  }
  return images;
}
