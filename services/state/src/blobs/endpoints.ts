import { blobs, VegaError } from "@vega/contracts";
import type { Endpoint } from "@vega/messaging";
import { endpoint } from "@vega/messaging";
import type { StateContext } from "../state-context.ts";
import { DigestMismatchError, UploadIncompleteError } from "./blob-store.ts";

export function blobEndpoints({ blobs: store, now }: StateContext): Endpoint[] {
  const { requests } = blobs;
  const time = () => Date.parse(now());
  /** By upload and digest: a request that is sent again waits for the first one instead of reading all bytes as well. */
  const finishing = new Map<string, Promise<void>>();
  const finish = (upload: string, expected: { sha256: string; bytes: number }): Promise<void> => {
    const key = `${upload}/${expected.sha256}/${expected.bytes}`;
    const running =
      finishing.get(key) ??
      store.finish(upload, expected, time()).finally(() => finishing.delete(key));
    finishing.set(key, running);
    return running;
  };
  return [
    endpoint(requests.write, async ({ upload, index, bytes }) => {
      await store.write(upload, index, bytes, time()).catch(toVegaError);
      return {};
    }),
    endpoint(requests.finish, async ({ upload, sha256, bytes }) => {
      await finish(upload, { sha256, bytes }).catch(toVegaError);
      return {};
    }),
    endpoint(requests.discard, async ({ upload }) => {
      await store.discard(upload);
      return {};
    }),
    endpoint(requests.read, async ({ sha256, index }) => {
      const chunk = await store.read(sha256, index);
      if (!chunk) throw missing(sha256);
      if (chunk.bytes.byteLength === 0)
        throw new VegaError("invalid", `chunk ${index} is beyond the file's ${chunk.total} bytes`);
      return chunk;
    }),
    endpoint(requests.stat, async ({ sha256 }) => {
      const found = await store.stat(sha256);
      if (!found) throw missing(sha256);
      return { bytes: found.bytes };
    }),
  ];
}

const missing = (sha256: string) =>
  new VegaError("not_found", `there is no file with the SHA-256 ${sha256}`);

function toVegaError(error: unknown): never {
  if (error instanceof UploadIncompleteError)
    throw new VegaError("not_found", error.message, [], error);
  if (error instanceof DigestMismatchError)
    throw new VegaError("conflict", `${error.message}; send it again`, [], error);
  throw error;
}
