import { VegaError } from "@vega/contracts";
import type { BlobClient } from "@vega/messaging";

/** The bytes of a small blob. Throws VegaError `not_found`, and `too_large` beyond `maxBytes`. */
export async function readBlob(
  blobs: Pick<BlobClient, "read">,
  sha256: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of blobs.read(sha256)) {
    total += chunk.byteLength;
    if (total > maxBytes) throw new VegaError("too_large", `the file exceeds ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
