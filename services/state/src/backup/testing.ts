import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { CHUNK_BYTES, messageId, messages, messageSchema, systemContext } from "@vega/contracts";
import type { BlobStore } from "../blobs/blob-store.ts";
import { openFileBlobs } from "../blobs/files/file-blobs.ts";
import { storeBlob } from "../blobs/streams.ts";
import { event } from "../log/decision.ts";
import { sealAll } from "../log/seal-all.ts";
import type { Store } from "../store/store.ts";

/** Options of a backup in one file of a store without blobs. */
export const withoutBlobs = (folder: string) => ({
  blobs: openFileBlobs(join(folder, "no-blobs")),
  place: "inside" as const,
});

/** @returns the digest */
export async function putBlob(blobs: BlobStore, content: Buffer, now: number): Promise<string> {
  const sha256 = createHash("sha256").update(content).digest("hex");
  async function* chunks() {
    for (let at = 0; at < content.byteLength; at += CHUNK_BYTES)
      yield content.subarray(at, at + CHUNK_BYTES);
  }
  await storeBlob(blobs, sha256, chunks(), now);
  return sha256;
}

const CONVERSATION = "7c0a5a5e-3e0b-4b6b-9d7a-0d6a0f0e0c01";

/** One message names blobs, instead of those that it named before. Messages are documents beside the log. */
export async function nameBlobs(
  store: Store,
  sha256s: readonly string[],
  time: string,
): Promise<void> {
  const { sequence = 0, hash = "" } = (await store.head()) ?? {};
  const owned = { conversation_id: CONVERSATION, owner: null, role: "user" as const };
  const body = messageSchema.parse({
    ...owned,
    id: messageId(CONVERSATION, 0),
    position: 0,
    content: sha256s.map((sha256) => ({ type: "image_url", vega_blobs: [blobOf(sha256)] })),
    status: "complete",
    model: null,
    provider: null,
    usage: null,
    cost_usd: null,
    latency_ms: null,
    first_token_ms: null,
    attempts: [],
    finish_reason: null,
    error: null,
    created_at: time,
    updated_at: time,
    request_id: null,
  });
  const data = { ...owned, message_id: body.id, status: "complete" as const, bytes: 1 };
  const message = { collection: "messages", id: "-/c/0", body } as const;
  const appended = event(messages.events.appended, "messages/-/c/0", data, [message]);
  const sealed = sealAll(
    [{ event: appended, context: systemContext("test") }],
    { time },
    { sequence, hash },
  );
  await store.commit({ expectedSequence: sequence, relayed: 0, ...sealed });
}

const blobOf = (sha256: string) => ({
  path: ["image_url", "url"],
  sha256,
  bytes: 1,
  media_type: null,
  prefix: "",
  encoding: "base64",
});

/** Rewrites the lines of a backup. */
export async function changeLines(file: string, how: (lines: string[]) => string[]): Promise<void> {
  const lines = gunzipSync(await readFile(file))
    .toString()
    .trimEnd()
    .split("\n");
  await writeFile(file, gzipSync(`${how(lines).join("\n")}\n`));
}

/** Rewrites the lines before the last of a backup so that the digest at its end is right again. */
export const forge = (file: string, how: (line: string) => string): Promise<void> =>
  changeLines(file, (lines) => {
    const before = lines.slice(0, -1).map(how);
    const digest = createHash("sha256")
      .update(`${before.join("\n")}\n`)
      .digest("hex");
    const { end } = JSON.parse(lines.at(-1) ?? "") as { end: object };
    return [...before, JSON.stringify({ end: { ...end, digest } })];
  });
