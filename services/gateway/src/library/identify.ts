import type { MediaType } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import { checksOf } from "./checks.ts";
import type { Described } from "./media-type.ts";
import { HEAD_BYTES, mediaTypeOf } from "./media-type.ts";

type Bytes = AsyncIterable<Uint8Array>;

/**
 * The kind of a file from its first bytes, and the whole file, checked while it is read. Throws VegaError, also while
 * reading: `invalid` for an empty file, `unsupported_media_type`.
 */
export async function identify(
  source: Bytes,
  file: Omit<Described, "head">,
): Promise<{ mediaType: MediaType; bytes: Bytes }> {
  const chunks = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < HEAD_BYTES) {
    const { value, done } = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  if (head.length === 0) throw new VegaError("invalid", "the file is empty: it has 0 bytes");
  const mediaType = await mediaTypeOf({ ...file, head: head.subarray(0, HEAD_BYTES) });
  const checks = checksOf(mediaType);

  async function* checked(): AsyncGenerator<Uint8Array> {
    checks.chunk(head);
    yield head;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      checks.chunk(next.value);
      yield next.value;
    }
    checks.end();
  }
  return { mediaType, bytes: checked() };
}
