import { writeFileSync } from "node:fs";
import type { RasterImage } from "@vega/contracts";
import { decodeImage, ImageError } from "./decode.ts";
import type { ImageLimits, ImageReply, ImageRequest } from "./protocol.ts";
import { MEMORY_EXIT_CODE } from "./protocol.ts";

/*
 * The process that decodes images: what a hostile picture breaks or fills is not the gateway. It ends with the gateway,
 * and when its memory exceeds the limit.
 */

/** How often memory is compared with its limit, ms. */
const MEMORY_CHECK_MS = 20;

try {
  // Where memory runs out, the kernel ends this process first.
  writeFileSync("/proc/self/oom_score_adj", "1000");
} catch {
  // Other systems have no such file.
}

let image: { mediaType: RasterImage; limits: ImageLimits; chunks: Uint8Array[] } | undefined;

process.on("disconnect", () => process.exit());
process.on("message", (message: ImageRequest) => {
  if (message.kind === "begin") image = { ...message, chunks: [] };
  else if (message.kind === "chunk") image?.chunks.push(message.bytes);
  else void decode();
});

async function decode(): Promise<void> {
  if (!image) return;
  const { mediaType, limits, chunks } = image;
  image = undefined;
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() > limits.memoryBytes) process.exit(MEMORY_EXIT_CODE);
  }, MEMORY_CHECK_MS);
  try {
    const decoded = await decodeImage(Buffer.concat(chunks), mediaType, limits.pixels);
    reply({ kind: "decoded", ...decoded });
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    reply({ kind: "refused", reason: error.message });
  } finally {
    clearInterval(watch);
  }
}

const reply = (message: ImageReply) => process.send?.(message);
