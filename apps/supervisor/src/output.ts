import type { Readable, Writable } from "node:stream";
import { lineSplitter } from "./lines.ts";

/** Where the lines of the platform are written. */
export interface Output {
  readonly isTerminal: boolean;
  /** Resolves when more can be written (backpressure). */
  write(text: string): Promise<void>;
}

/** An output that survives the end of its reader (`npm start | head`): lines are dropped then. */
export function outputTo(stream: Writable & { readonly isTTY?: boolean }): Output {
  let isClosed = false;
  const waiting = new Set<() => void>();
  const release = () => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  stream.on("drain", release);
  stream.on("error", () => {
    isClosed = true;
    release();
  });
  return {
    isTerminal: stream.isTTY === true,
    write(text) {
      if (isClosed || stream.write(text)) return Promise.resolve();
      return new Promise((resolve) => void waiting.add(resolve));
    },
  };
}

/**
 * Relays the output of a process, line by line.
 * @param translate returns the line to write; undefined skips it
 */
export async function relayLines(
  source: Readable,
  output: Output,
  translate: (line: string) => string | undefined,
): Promise<void> {
  const splitter = lineSplitter();
  const pass = async (lines: readonly string[]) => {
    const text = lines.map(translate).filter((line) => line !== undefined);
    if (text.length > 0) await output.write(`${text.join("\n")}\n`);
  };
  source.setEncoding("utf8");
  try {
    for await (const chunk of source) await pass(splitter.push(chunk as string));
  } catch {
    // The pipe broke when the process ended; the rest of its output is lost.
  }
  await pass(splitter.end());
}
