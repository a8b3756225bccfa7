import type { RasterImage } from "@vega/contracts";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { inPieces, readAll } from "../../testing/files.ts";
import { stripMetadata } from "./strip-metadata.ts";

/* Metadata of real pictures, as sharp writes and reads them. */

const SECRET = "Ada Lovelace was here";
const EXIF = {
  IFD0: { Copyright: SECRET, Software: SECRET },
  IFD3: { GPSLatitudeRef: "N", GPSLatitude: "52/1 30/1 0/1" },
};
const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><note>${SECRET}</note></x:xmpmeta>`;

type Format = "jpeg" | "png" | "webp";
const FORMATS: readonly Format[] = ["jpeg", "png", "webp"];
const pictures = new Map<Format, Buffer>();

beforeAll(async () => {
  // Noise: coded data with many bytes 0xff.
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
  const create = { width: 64, height: 48, channels: 3, background: "#888", noise } as const;
  const pixels = await sharp({ create }).png().toBuffer();
  for (const format of FORMATS) {
    const picture = sharp(pixels).withMetadata({ orientation: 6 }).withExif(EXIF).withXmp(XMP);
    pictures.set(format, await picture.keepIccProfile().toFormat(format).toBuffer());
  }
});

const pictureOf = (format: Format) => pictures.get(format) ?? Buffer.alloc(0);
const strip = (format: Format, bytes: Buffer, size?: number) =>
  readAll(stripMetadata(`image/${format}`, inPieces(bytes, size)));
const pixelsOf = (bytes: Buffer) => sharp(bytes).raw().toBuffer();

describe.each(FORMATS)("a %s", (format) => {
  test("loses its metadata and keeps each pixel", async () => {
    const before = pictureOf(format);
    expect(before.includes(SECRET)).toBe(true);
    const after = await strip(format, before);
    expect(after.includes(SECRET)).toBe(false);
    const { exif, xmp, width, height } = await sharp(after).metadata();
    expect([xmp, width, height]).toEqual([undefined, 64, 48]);
    // What is left has no more than the orientation.
    expect(exif?.length ?? 0).toBeLessThan(40);
    expect(await pixelsOf(after)).toEqual(await pixelsOf(before));
  });

  test("is the same wherever its chunks end", async () => {
    const whole = await strip(format, pictureOf(format));
    for (const size of [1, 3, 1_000]) {
      expect((await strip(format, pictureOf(format), size)).equals(whole)).toBe(true);
    }
  });

  test("loses what follows the picture", async () => {
    const whole = await strip(format, pictureOf(format));
    const longer = Buffer.concat([pictureOf(format), Buffer.from(`and ${SECRET}`)]);
    expect((await strip(format, longer)).equals(whole)).toBe(true);
  });

  test("is refused where it is cut, and never read without end", async () => {
    const before = pictureOf(format);
    for (const length of [3, 30, 200, before.length - 4]) {
      await expect(strip(format, before.subarray(0, length))).rejects.toThrow("ends too early");
    }
  });

  test("is refused where its start is another kind's", async () => {
    await expect(strip(format, Buffer.alloc(100))).rejects.toThrow("does not begin");
  });
});

test("a JPEG keeps its orientation", async () => {
  expect((await sharp(await strip("jpeg", pictureOf("jpeg"))).metadata()).orientation).toBe(6);
});

test("a picture without metadata stays as it is", async () => {
  const plain = await sharp(pictureOf("jpeg")).jpeg().toBuffer();
  expect((await strip("jpeg", plain)).equals(plain)).toBe(true);
});

test.each<RasterImage | "application/pdf">(["image/gif", "image/avif", "application/pdf"])(
  "metadata of %s can't be removed, which is an error",
  (type) => {
    expect(() => stripMetadata(type, inPieces(Buffer.alloc(1)))).toThrow(
      `strip_metadata is not possible for ${type}; possible: image/jpeg, image/png, image/webp`,
    );
  },
);
