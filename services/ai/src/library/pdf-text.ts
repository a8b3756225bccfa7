import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("pdf-child.ts", import.meta.url));
/** The child may read its program and its library, and write nothing. */
const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

export interface PdfLimits {
  readonly timeMs: number;
  /** Resident memory of the process, bytes. */
  readonly memoryBytes: number;
  readonly pages: number;
}

const LIMITS: PdfLimits = { timeMs: 15_000, memoryBytes: 512 * 1024 * 1024, pages: 300 };
const HEAP_MB = 256;
const WATCH_MS = 100;
const PAGE_BYTES = 4_096;
/** Processes at once; others wait. */
const AT_ONCE = 2;

/** The text of a PDF can't be extracted; the message has the reason. */
export class PdfError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PdfError";
  }
}

/** Extracts the text of PDFs, each in a process of its own with limits of time and memory. */
export interface PdfReader {
  /** @param most characters; the rest is cut. Rejects with PdfError. */
  read(bytes: Uint8Array, most: number): Promise<string>;
}

export function createPdfReader(limits: PdfLimits = LIMITS): PdfReader {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async read(bytes, most) {
      if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
      running += 1;
      try {
        return await extract(bytes, most, limits);
      } finally {
        running -= 1;
        waiting.shift()?.();
      }
    },
  };
}

function extract(bytes: Uint8Array, most: number, limits: PdfLimits): Promise<string> {
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${HEAP_MB}`,
      "--permission",
      `--allow-fs-read=${ROOT}`,
      "--disable-warning=ExperimentalWarning",
      CHILD,
      String(most),
      String(limits.pages),
    ],
    { stdio: ["pipe", "pipe", "ignore"], env: {} },
  );
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const end = (reason: string) => {
    reject(new PdfError(reason));
    child.kill("SIGKILL");
  };
  const timer = setTimeout(
    () => end(`it takes longer than ${limits.timeMs / 1_000} s`),
    limits.timeMs,
  );
  const watch = setInterval(() => {
    if (memoryOf(child) > limits.memoryBytes)
      end(`it takes more than ${Math.round(limits.memoryBytes / 1024 / 1024)} MiB of memory`);
  }, WATCH_MS);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.on("error", () => end("its reader did not start"));
  child.on("close", (code) => {
    clearTimeout(timer);
    clearInterval(watch);
    if (code === 0) resolve(Buffer.concat(chunks).toString());
    else reject(new PdfError("it is damaged, encrypted or too large"));
  });
  // A child that has ended reads no more.
  child.stdin.on("error", () => undefined);
  child.stdin.end(bytes);
  return promise;
}

/** Resident memory, bytes; 0 where the system does not tell. */
function memoryOf({ pid }: ChildProcess): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
