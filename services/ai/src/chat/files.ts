import type { ContentBlob, JsonObject, NewMessage } from "@vega/contracts";
import { blobsOfPart, CHUNK_BYTES, digestsOfContent, VegaError } from "@vega/contracts";
import type { BlobClient } from "@vega/messaging";
import { bytesOf, noteOf, wholePart } from "./part-blobs.ts";

/** Bytes of files from a conversation's history in one prompt; older ones are left out with a note. */
const MAX_PROMPT_BYTES = 24 * 1024 * 1024;

/** The files of stored messages: size in bytes by digest. */
export const filesOf = (messages: readonly Pick<NewMessage, "content">[]): Map<string, number> =>
  new Map(
    messages.flatMap(({ content }) =>
      Array.isArray(content)
        ? content.flatMap((part) =>
            blobsOfPart(part).map(({ sha256, bytes }) => [sha256, bytes] as const),
          )
        : [],
    ),
  );

/**
 * Stores the files of the messages that a turn is about to add. Throws VegaError, such as `insufficient_storage`, and
 * `invalid` for a reference to a file that neither the request nor the conversation has: digests are no secrets.
 * @param request the messages as the client sent them
 * @param there files of the conversation
 */
export async function storeFiles(
  blobs: Pick<BlobClient, "put">,
  added: readonly NewMessage[],
  request: readonly JsonObject[],
  there: ReadonlyMap<string, number>,
  signal: AbortSignal,
): Promise<void> {
  const named = filesOf(added);
  if (named.size === 0) return;
  const bytes = bytesOf(request);
  for (const [sha256, size] of named) {
    const content = bytes.get(sha256)?.();
    if (!content && there.get(sha256) === size) continue;
    if (!content) {
      const message = `vega_blobs: the conversation has no file ${sha256} of ${size} bytes; send the file itself`;
      throw new VegaError("invalid", message);
    }
    await blobs.put(chunksOf(content), { maxBytes: content.byteLength, signal });
  }
}

async function* chunksOf(content: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.byteLength; at += CHUNK_BYTES)
    yield content.subarray(at, at + CHUNK_BYTES);
}

/**
 * Messages for a model with the bytes of stored files in their parts, the newest first up to MAX_PROMPT_BYTES. A file that
 * is missing is noted. Throws VegaError `unavailable`.
 */
export async function withFiles(
  blobs: Pick<BlobClient, "read">,
  messages: readonly JsonObject[],
  limit = MAX_PROMPT_BYTES,
): Promise<readonly JsonObject[]> {
  const isNeeded = messages.some(({ content }) => digestsOfContent(content).length > 0);
  if (!isNeeded) return messages;
  const result = [...messages];
  let left = limit;
  for (let at = result.length - 1; at >= 0; at -= 1) {
    const message = result[at];
    if (!message || digestsOfContent(message["content"]).length === 0) continue;
    const parts: JsonObject[] = [];
    for (const part of message["content"] as JsonObject[]) {
      const stored = blobsOfPart(part);
      const size = stored.reduce((sum, { bytes }) => sum + bytes, 0);
      const isTooLarge = size > left;
      if (!isTooLarge) left -= size;
      parts.push(
        isTooLarge
          ? note(part, size, "left out: the prompt has too many files")
          : await resolved(blobs, part, stored),
      );
    }
    result[at] = { ...message, content: parts };
  }
  return result;
}

async function resolved(
  blobs: Pick<BlobClient, "read">,
  part: JsonObject,
  stored: readonly ContentBlob[],
): Promise<JsonObject> {
  if (stored.length === 0) return part;
  try {
    const bytes: Buffer[] = [];
    for (const { sha256 } of stored) bytes.push(await readWhole(blobs, sha256));
    return wholePart(part, stored, bytes);
  } catch (error) {
    if (!(error instanceof VegaError) || error.code !== "not_found") throw error;
    const size = stored.reduce((sum, { bytes }) => sum + bytes, 0);
    return note(part, size, "its file is missing");
  }
}

async function readWhole(blobs: Pick<BlobClient, "read">, sha256: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of blobs.read(sha256)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const note = (part: JsonObject, bytes: number, why: string): JsonObject => ({
  type: "text",
  text: noteOf(part, `of ${Math.ceil(bytes / 1_000)} kB: ${why}`),
});
