import { VegaError } from "@vega/contracts";

/** Reads a stream of bytes in pieces of known size. */
export interface ByteReader {
  /** Exactly this many bytes. Throws VegaError `invalid` where the file ends before. */
  take(count: number): Promise<Buffer>;
  /** Up to this many bytes without taking them; fewer at the end. */
  peek(count: number): Promise<Buffer>;
  /** What comes next, in pieces; their sum is `count` or what is left. */
  pass(count: number): AsyncGenerator<Buffer>;
}

/** Bytes of one piece at most that are held together. */
const MAX_TAKE = 64 * 1024 + 16;

export function readBytes(source: AsyncIterable<Uint8Array>): ByteReader {
  const chunks = source[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);

  const fill = async (count: number) => {
    while (held.length < count) {
      const { value, done } = await chunks.next();
      if (done) return;
      held = held.length === 0 ? Buffer.from(value) : Buffer.concat([held, value]);
    }
  };
  const peek = async (count: number) => {
    await fill(count);
    return held.subarray(0, count);
  };

  return {
    peek,
    async take(count) {
      if (count > MAX_TAKE) throw new Error(`a piece of ${count} bytes is too large to hold`);
      const piece = await peek(count);
      if (piece.length < count) throw malformed("it ends too early");
      held = held.subarray(count);
      return piece;
    },
    async *pass(count) {
      for (let left = count; left > 0;) {
        await fill(1);
        if (held.length === 0) return;
        const piece = held.subarray(0, left);
        held = held.subarray(piece.length);
        left -= piece.length;
        yield piece;
      }
    },
  };
}

export const malformed = (reason: string): VegaError =>
  new VegaError("invalid", `the image is malformed: ${reason}`);
