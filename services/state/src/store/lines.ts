import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

/** Bytes that are unpacked at once. */
const PIECE_BYTES = 256 * 1024;

/**
 * The lines of a gzip'ed file, without their ends. A line ends with "\n" and nothing else: Node's readline takes U+2028
 * for an end as well, which JSON has inside of strings.
 * Throws what reading and unpacking throw, also for a file that ends too early.
 */
export async function* linesOfPacked(path: string): AsyncGenerator<string> {
  const input = createReadStream(path);
  const unpacked = createGunzip({ chunkSize: PIECE_BYTES });
  input.on("error", (error) => unpacked.destroy(error));
  input.pipe(unpacked);
  const decoder = new TextDecoder();
  // Pieces of one line, joined at its end: joined with each piece, a line of a megabyte would be copied many times.
  let line: string[] = [];
  try {
    for await (const chunk of unpacked) {
      const [end = "", ...others] = decoder.decode(chunk as Buffer, { stream: true }).split("\n");
      line.push(end);
      for (const next of others) {
        yield line.join("");
        line = [next];
      }
    }
    const rest = line.join("");
    if (rest !== "") yield rest;
  } finally {
    input.destroy();
    unpacked.destroy();
  }
}
