import type { RasterImage } from "@vega/contracts";
import { until } from "@vega/test-support";
import { execFileSync } from "node:child_process";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { inPieces, PNG } from "../../testing/files.ts";
import type { ImageProcess } from "./image-process.ts";
import { startImageProcess } from "./image-process.ts";
import { createImageProcesses } from "./image-processes.ts";

/* The process that decodes images, with real pictures. */

const MEBIBYTE = 1024 * 1024;
const LIMITS = { pixels: 4_000_000, memoryBytes: 512 * MEBIBYTE };

const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#c33" } });

const decode = (process: ImageProcess, bytes: Buffer, type: RasterImage = "image/png") =>
  process.decode(type, inPieces(bytes, 10_000));

let shared: ImageProcess;
beforeAll(() => {
  shared = startImageProcess(LIMITS, 20_000);
});
afterAll(() => shared.kill());

describe("thumbnails", () => {
  test("are upright, of the widths asked for, and have no metadata", async () => {
    const exif = { IFD0: { Copyright: "Ada" }, IFD3: { GPSLatitude: "52/1 30/1 0/1" } };
    const photo = flat(2000, 1000).withMetadata({ orientation: 6 }).withExif(exif).jpeg();
    const { width, height, thumbnails } = await decode(
      shared,
      await photo.toBuffer(),
      "image/jpeg",
    );
    expect([width, height]).toEqual([1000, 2000]);
    const sizes = await Promise.all(
      thumbnails.map(async (one) => {
        const found = await sharp(one.bytes).metadata();
        return [one.width, found.format, found.width, found.height, found.exif];
      }),
    );
    expect(sizes).toEqual([
      [96, "webp", 96, 192, undefined],
      [320, "webp", 320, 640, undefined],
      [960, "webp", 960, 1920, undefined],
    ]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "of the orientation %i show the picture upright",
    async (orientation) => {
      const corner = await flat(8, 8).png().toBuffer();
      const create = { width: 48, height: 32, channels: 3, background: "#fff" } as const;
      const picture = sharp({ create }).composite([{ input: corner, left: 0, top: 0 }]);
      const bytes = await picture.withMetadata({ orientation }).png().toBuffer();
      const { width, height, thumbnails } = await decode(shared, bytes);
      const expected = await sharp(bytes).autoOrient().webp({ quality: 78, effort: 0 }).toBuffer();
      const pixels = (image: Uint8Array) =>
        sharp(image).raw().toBuffer({ resolveWithObject: true });
      const [shown, upright] = [
        await pixels(thumbnails[2]?.bytes ?? expected),
        await pixels(expected),
      ];
      expect([width, height]).toEqual([upright.info.width, upright.info.height]);
      expect(shown.info).toMatchObject({ width, height });
      const darkest = ({ data }: typeof shown) => data.indexOf(Math.min(...data));
      expect(Math.abs(darkest(shown) - darkest(upright))).toBeLessThan(3);
      expect(shown.data.length).toBe(upright.data.length);
      const difference = shown.data.reduce(
        (sum, value, n) => sum + Math.abs(value - (upright.data[n] ?? 0)),
        0,
      );
      expect(difference / shown.data.length).toBeLessThan(2);
    },
  );

  test("of a small picture are no larger than it, and keep transparency", async () => {
    const clear = flat(10, 20).ensureAlpha(0.5).png();
    const { thumbnails } = await decode(shared, await clear.toBuffer());
    const found = await sharp(thumbnails[2]?.bytes).metadata();
    expect([found.width, found.height, found.hasAlpha]).toEqual([10, 20, true]);
  });

  test.each<RasterImage>(["image/webp", "image/gif", "image/avif"])("of %s", async (type) => {
    const format = type.slice("image/".length) as "webp" | "gif" | "avif";
    const { width, thumbnails } = await decode(
      shared,
      await flat(32, 16).toFormat(format).toBuffer(),
      type,
    );
    expect([width, thumbnails.length]).toEqual([32, 3]);
  });
});

describe("an image is refused by name:", () => {
  test.each<[string, () => Promise<Buffer>, RasterImage, string]>([
    [
      "more pixels than allowed, in few bytes",
      () => flat(3000, 3000).png().toBuffer(),
      "image/png",
      "3000 × 3000 pixels; at most 4000000 pixels are allowed",
    ],
    [
      "cut",
      async () => (await flat(64, 64).png().toBuffer()).subarray(0, 80),
      "image/png",
      "can't be decoded",
    ],
    ["another kind", async () => PNG, "image/jpeg", "the decoder finds png, not image/jpeg"],
    [
      "SVG in place of a picture",
      async () => Buffer.from("<svg/>"),
      "image/png",
      "can't be decoded",
    ],
    ["nothing", async () => Buffer.alloc(0), "image/png", "can't be decoded"],
  ])("%s", async (_name, make, type, reason) => {
    await expect(decode(shared, await make(), type)).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining(reason),
    });
  });

  test("after a refusal the process goes on", async () => {
    expect(await decode(shared, PNG)).toMatchObject({ width: 1, height: 1 });
  });
});

describe("a process of its own", () => {
  const started: ImageProcess[] = [];
  const start = (limits = LIMITS, timeMs = 20_000) => {
    const process = startImageProcess(limits, timeMs);
    started.push(process);
    return process;
  };
  afterEach(() => {
    for (const process of started.splice(0)) process.kill();
  });

  test("ends where an image takes too much memory", async () => {
    const process = start({ ...LIMITS, memoryBytes: 20 * MEBIBYTE });
    const picture = await flat(1900, 1900).png({ progressive: true }).toBuffer();
    await expect(decode(process, picture)).rejects.toThrow("more than 20 MiB of memory");
    await until("the process has ended", () => !process.isAlive());
  });

  test("ends where an image takes too long", async () => {
    const process = start(LIMITS, 1);
    await expect(decode(process, PNG)).rejects.toThrow("longer than 1 ms");
    await until("the process has ended", () => !process.isAlive());
  });

  test("passes on the error of a transfer that breaks off", async () => {
    async function* broken() {
      yield PNG;
      throw new Error("the client has gone");
    }
    await expect(start().decode("image/png", broken())).rejects.toThrow("the client has gone");
  });

  test("is used again, and ends when it is idle", async () => {
    const images = createImageProcesses(() => start(), 1, 50);
    const both = [
      images.decode("image/png", inPieces(PNG)),
      images.decode("image/png", inPieces(PNG)),
    ];
    expect(await Promise.all(both)).toHaveLength(2);
    expect(started).toHaveLength(1);
    await until("it has ended", () => started[0]?.isAlive() === false);
    await images.decode("image/png", inPieces(PNG));
    expect(started).toHaveLength(2);
    images.stop();
    await until("it was stopped", () => started[1]?.isAlive() === false);
  });

  test("has no secret of the gateway's environment", () => {
    process.env["VEGA_TEST_SECRET"] = "not for the decoder";
    start();
    delete process.env["VEGA_TEST_SECRET"];
    const environments = execFileSync("sh", [
      "-c",
      `for p in $(ps -o pid= --ppid ${process.pid}); do cat /proc/$p/environ; done 2>/dev/null || true`,
    ]);
    expect(environments.toString()).toContain("MALLOC_ARENA_MAX");
    expect(environments.toString()).not.toContain("not for the decoder");
  });
});
