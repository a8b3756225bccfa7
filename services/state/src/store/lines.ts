import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

/**
 * The lines of a gzip'ed file, without their ends. A line ends with "\n" and nothing else: Node's readline takes U+2028
 * for an end as well, which JSON has inside of strings.
 * Throws what reading and unpacking throw, also for a file that ends too early.
 */
export async function* linesOfPacked(path: string): AsyncGenerator<string> {
  const input = createReadStream(path);
  const unpacked = createGunzip();
  input.on("error", (error) => unpacked.destroy(error));
  input.pipe(unpacked);
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of unpacked) {
      const parts = (rest + decoder.decode(chunk as Buffer, { stream: true })).split("\n");
      rest = parts.pop() ?? "";
      yield* parts;
    }
    if (rest !== "") yield rest;
  } finally {
    input.destroy();
    unpacked.destroy();
  }
}
