import type { RasterImage } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { DecodedImage, ImageLimits, ImageReply, ImageRequest } from "./protocol.ts";
import { MEMORY_EXIT_CODE } from "./protocol.ts";

const PROGRAM = fileURLToPath(new URL("./process.ts", import.meta.url));
const MEBIBYTE = 1024 * 1024;

/** One process that decodes one image after the other. */
export interface ImageProcess {
  readonly isAlive: () => boolean;
  /**
   * Throws VegaError: `invalid` for an image that can't be decoded or exceeds a limit, `unavailable` where the process
   * has ended before; also what the source throws.
   * After a failure the process may be gone.
   */
  decode(mediaType: RasterImage, bytes: AsyncIterable<Uint8Array>): Promise<DecodedImage>;
  kill(): void;
}

/** @param timeMs limit of the work on one image, without its transfer */
export function startImageProcess(limits: ImageLimits, timeMs: number): ImageProcess {
  const child = fork(PROGRAM, {
    execArgv: ["--disable-warning=ExperimentalWarning", "--max-old-space-size=64"],
    // No secrets of the gateway.
    env: { MALLOC_ARENA_MAX: "2" },
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  let ended = false;
  child.once("exit", () => (ended = true));
  child.once("error", () => (ended = true));

  return {
    isAlive: () => !ended,
    kill: () => void child.kill("SIGKILL"),
    async decode(mediaType, bytes) {
      if (ended) throw new VegaError("unavailable", "the image decoder has ended; try again");
      const replied = nextReply(child, limits);
      // A failed transfer is thrown instead.
      replied.promise.catch(() => undefined);
      const send = (message: ImageRequest) => sendTo(child, message);
      try {
        await send({ kind: "begin", mediaType, limits });
        for await (const chunk of bytes) await send({ kind: "chunk", bytes: chunk });
        await send({ kind: "end" });
      } catch (error) {
        // It would wait for the rest.
        child.kill("SIGKILL");
        if (error instanceof ChannelError) await replied.promise;
        throw error;
      }
      const timer = setTimeout(() => {
        replied.reject(refused(`the picture takes longer than ${timeMs} ms to decode`));
        child.kill("SIGKILL");
      }, timeMs);
      try {
        const reply = await replied.promise;
        if (reply.kind === "refused") throw refused(reply.reason);
        return reply;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

const refused = (reason: string) => new VegaError("invalid", `image refused: ${reason}`);

/** Resolves with the next message; rejects where the process ends first. */
function nextReply(child: ChildProcess, { memoryBytes }: ImageLimits) {
  const { promise, resolve, reject } = Promise.withResolvers<ImageReply>();
  const onMessage = (message: unknown) => resolve(message as ImageReply);
  const onExit = (code: number | null) => {
    const limit = `${Math.round(memoryBytes / MEBIBYTE)} MiB`;
    reject(
      code === MEMORY_EXIT_CODE
        ? refused(`to decode the picture takes more than ${limit} of memory`)
        : refused("the decoder ended unexpectedly at this picture"),
    );
  };
  child.once("message", onMessage);
  child.once("exit", onExit);
  const forget = () => {
    child.off("message", onMessage);
    child.off("exit", onExit);
  };
  promise.then(forget, forget);
  return { promise, reject };
}

/** The process has ended. */
class ChannelError extends Error {}

/** Resolves when the message was written, so one chunk at a time is in memory. */
const sendTo = (child: ChildProcess, message: ImageRequest): Promise<void> =>
  new Promise((resolve, reject) => {
    child.send(message, (error) => {
      if (error) reject(new ChannelError(error.message, { cause: error }));
      else resolve();
    });
  });
