import type { Readable, Writable } from "node:stream";
import { lineSplitter } from "./lines.ts";

/** Where the platform's lines go. */
export interface Output {
  readonly isTerminal: boolean;
  /** Resolves when more may be written, so that a slow reader slows the writers instead of filling the memory. */
  write(text: string): Promise<void>;
}

/** An output that outlives its reader: when the other end of a pipe has gone (`npm start | head`), lines are dropped. */
export function outputTo(stream: Writable & { readonly isTTY?: boolean }): Output {
  let gone = false;
  const waiting = new Set<() => void>();
  const release = () => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  stream.on("drain", release);
  stream.on("error", () => {
    gone = true;
    release();
  });
  return {
    isTerminal: stream.isTTY === true,
    write(text) {
      if (gone || stream.write(text)) return Promise.resolve();
      return new Promise((resolve) => void waiting.add(resolve));
    },
  };
}

/**
 * Passes on what a process writes, line by line.
 * @param translate what to write for a line; undefined = nothing
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
    // The pipe broke with the process: what came before is all there is.
  }
  await pass(splitter.end());
}
