import { readFileSync } from "node:fs";
import sharp from "sharp";
import type { BenchPlatform } from "../../src/cluster/platform.ts";
import { inParallel } from "../../src/load/closed-loop.ts";
import { cpuSince, cpuTimes } from "../../src/process/cpu.ts";
import type { Section } from "../../src/report/section.ts";
import { show, spreadCells, spreadOf } from "../../src/statistics.ts";
import { upload } from "./upload.ts";

const MEGABYTE = 1_000_000;
const [SMALLEST, LARGEST] = [0.2, 4];
/** As `vega library add`. */
const AT_ONCE = 3;
const GOAL_SECONDS = 5;
/** Bytes of a pixel of noise in a JPEG of this quality, about. */
const QUALITY = 85;
const BYTES_PER_PIXEL = 0.546;

/** Photos of evenly spread sizes: noise, which JPEG compresses worst and decoders take longest for. */
async function makePhotos(count: number): Promise<Buffer[]> {
  const photos: Buffer[] = [];
  for (let n = 0; n < count; n += 1) {
    const bytes = (SMALLEST + ((LARGEST - SMALLEST) * n) / Math.max(1, count - 1)) * MEGABYTE;
    const height = Math.round(Math.sqrt((bytes / BYTES_PER_PIXEL) * (3 / 4)));
    const width = Math.round((height * 4) / 3);
    const noise = { type: "gaussian", mean: 128, sigma: 40 } as const;
    const picture = sharp({ create: { width, height, channels: 3, background: "#888", noise } });
    photos.push(
      await picture.withMetadata({ orientation: 6 }).jpeg({ quality: QUALITY }).toBuffer(),
    );
  }
  return photos;
}

const blobOf = (photo: Buffer) => new Blob([new Uint8Array(photo)]);

/** The processes of the platform with those that decode images, which the gateway starts. */
async function withDecoders(platform: BenchPlatform): Promise<ReadonlyMap<string, number>> {
  const pids = new Map(await platform.pids());
  const gateway = pids.get("gateway") ?? 0;
  const children = readFileSync(`/proc/${gateway}/task/${gateway}/children`, "utf8");
  const decoders = children.trim().split(" ").filter(Boolean);
  for (const [n, pid] of decoders.entries()) pids.set(`decoder ${n + 1}`, Number(pid));
  return pids;
}

/** Photos from the first byte sent to the last acknowledgement, thumbnails included. */
export async function measurePhotos(platform: BenchPlatform, count: number): Promise<Section> {
  const photos = await makePhotos(count);
  // Starts the decoders, whose processor time counts from here.
  await Promise.all(photos.slice(0, 2).map((photo) => upload(platform, blobOf(photo), "warm.jpg")));
  const pids = await withDecoders(platform);
  const before = cpuTimes(pids);
  const times: number[] = [];
  const started = performance.now();
  await inParallel(photos, AT_ONCE, async (photo) => {
    const from = performance.now();
    await upload(platform, blobOf(photo), "photo.jpg");
    times.push(performance.now() - from);
  });
  const seconds = (performance.now() - started) / 1_000;
  const cpu = cpuSince(cpuTimes(pids), before);
  const cpuSeconds = Object.values(cpu).reduce((sum, ms) => sum + ms, 0) / 1_000;
  const sizes = photos.map(({ length }) => length);
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)].map((size) =>
    show(size / MEGABYTE),
  );
  return {
    title: `${count} photos of ${least} to ${most} MB, ${AT_ONCE} at once`,
    columns: ["", "p50 ms", "p99 ms", "max ms", "all, s", "MB a second"],
    rows: [
      [
        "upload with three thumbnails",
        ...spreadCells(spreadOf(times)),
        show(seconds),
        show(total / MEGABYTE / seconds),
      ],
    ],
    notes: [
      `${show(cpuSeconds)} s of processor time: ${Object.entries(cpu)
        .filter(([, ms]) => ms > 0)
        .map(([name, ms]) => `${name} ${show(ms / 1_000)}`)
        .join(", ")}`,
    ],
    aims: [{ what: `37 photos within ${GOAL_SECONDS} s`, met: seconds <= GOAL_SECONDS }],
    faults: [],
    raw: { seconds, sizes, times, cpu },
  };
}
