import { availableParallelism } from "node:os";
import type { ImageProcesses } from "./image-processes.ts";
import { createImageProcesses } from "./image-processes.ts";
import { startImageProcess } from "./image-process.ts";

/** Resident memory of one process: the largest allowed picture takes 370 MiB. */
const MEMORY_BYTES = 512 * 1024 * 1024;
const TIME_MS = 20_000;
const IDLE_MS = 10_000;
const MAX_PROCESSES = 2;

/** The processes of a gateway. @param pixels limit of one picture */
export const openImageProcesses = (pixels: number): ImageProcesses =>
  createImageProcesses(
    () => startImageProcess({ pixels, memoryBytes: MEMORY_BYTES }, TIME_MS),
    Math.min(MAX_PROCESSES, availableParallelism()),
    IDLE_MS,
  );
