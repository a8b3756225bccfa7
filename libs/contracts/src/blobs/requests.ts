import { z } from "zod";
import { bytesSchema } from "../define/bytes.ts";
import { defineRequest } from "../define/request.ts";
import { CHUNK_BYTES, digestSchema, uploadIdSchema } from "./documents.ts";

const chunkIndex = z.int().min(0).max(1_000_000);

export const requests = {
  /**
   * Stores a chunk of an upload. Chunks come in order from index 0 and are full, except the last. The same chunk may be
   * sent again. `not_found`: the upload was removed as abandoned. `insufficient_storage`: the disk or the quota is full.
   */
  write: defineRequest({
    subject: "vega.state.blobs.write",
    callers: ["gateway", "ai"],
    raw: "input",
    input: z.object({
      upload: uploadIdSchema,
      index: chunkIndex,
      bytes: bytesSchema.refine(
        ({ byteLength }) => byteLength > 0 && byteLength <= CHUNK_BYTES,
        `must be 1 to ${CHUNK_BYTES} bytes`,
      ),
    }),
    output: z.object({}),
    errors: ["not_found", "insufficient_storage"],
    timeoutMs: 3_000,
  }),

  /**
   * Verifies the digest of an upload and makes it a blob, which is durable with the reply. May be sent again, also while the
   * first one is under way: a large upload takes longer than the timeout.
   * `not_found`: a chunk is missing. `conflict`: what was stored has another digest or size.
   */
  finish: defineRequest({
    subject: "vega.state.blobs.finish",
    callers: ["gateway", "ai"],
    input: z.object({ upload: uploadIdSchema, sha256: digestSchema, bytes: z.int().min(1) }),
    output: z.object({}),
    errors: ["not_found", "conflict", "insufficient_storage"],
    timeoutMs: 5_000,
  }),

  /** Removes an unfinished upload; none is no error. */
  discard: defineRequest({
    subject: "vega.state.blobs.discard",
    callers: ["gateway", "ai"],
    input: z.object({ upload: uploadIdSchema }),
    output: z.object({}),
    errors: [],
    timeoutMs: 10_000,
  }),

  /** One chunk of a blob, and the size of the whole. `invalid`: the blob has no such chunk. */
  read: defineRequest({
    subject: "vega.state.blobs.read",
    callers: ["gateway", "ai"],
    raw: "output",
    input: z.object({ sha256: digestSchema, index: chunkIndex }),
    output: z.object({ total: z.int().min(1), bytes: bytesSchema }),
    errors: ["not_found", "invalid"],
    timeoutMs: 3_000,
  }),

  /** Size of a blob. */
  stat: defineRequest({
    subject: "vega.state.blobs.stat",
    callers: ["gateway", "ai"],
    input: z.object({ sha256: digestSchema }),
    output: z.object({ bytes: z.int().min(1) }),
    errors: ["not_found"],
  }),
};
