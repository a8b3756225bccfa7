import type { RasterImage } from "@vega/contracts";
import type { ImageProcess } from "./image-process.ts";
import type { DecodedImage } from "./protocol.ts";

/** Processes that decode images. They start when they are needed, and end when they are idle. */
export interface ImageProcesses {
  /** See `ImageProcess.decode`. Waits for a free process. */
  decode(mediaType: RasterImage, bytes: AsyncIterable<Uint8Array>): Promise<DecodedImage>;
  stop(): void;
}

/**
 * @param start starts a process
 * @param count processes at once
 * @param idleMs how long a process waits for the next image
 */
export function createImageProcesses(
  start: () => ImageProcess,
  count: number,
  idleMs: number,
): ImageProcesses {
  const idle: { process: ImageProcess; timer: NodeJS.Timeout }[] = [];
  const waiting: (() => void)[] = [];
  let busy = 0;

  const take = async (): Promise<ImageProcess> => {
    if (busy >= count) await new Promise<void>((resolve) => waiting.push(resolve));
    busy += 1;
    for (let one = idle.pop(); one; one = idle.pop()) {
      clearTimeout(one.timer);
      if (one.process.isAlive()) return one.process;
    }
    return start();
  };
  const release = (process: ImageProcess) => {
    busy -= 1;
    if (process.isAlive()) {
      const timer = setTimeout(() => {
        idle.splice(
          idle.findIndex((one) => one.process === process),
          1,
        );
        process.kill();
      }, idleMs);
      timer.unref();
      idle.push({ process, timer });
    }
    waiting.shift()?.();
  };

  return {
    async decode(mediaType, bytes) {
      const process = await take();
      try {
        return await process.decode(mediaType, bytes);
      } finally {
        release(process);
      }
    },
    stop() {
      for (const { process, timer } of idle.splice(0)) {
        clearTimeout(timer);
        process.kill();
      }
    },
  };
}
