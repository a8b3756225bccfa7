import { z } from "zod";

/**
 * Bytes of one chunk; the last chunk of a blob may be shorter. With its headers it fits into a message of a nats-server
 * that has its default `max_payload`, 1 MiB.
 */
export const CHUNK_BYTES = 512 * 1024;

/** The id of a blob: SHA-256 of its bytes, lower-case hex. */
export const digestSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in lower-case hex");

/** The id of an unfinished upload, chosen by the service that uploads. */
export const uploadIdSchema = z.uuid({ version: "v4" });
