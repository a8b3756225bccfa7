import type { Asset, AssetVersion } from "@vega/contracts";
import { isInline, isText } from "@vega/contracts";
import type { BlobClient } from "@vega/messaging";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Readable } from "node:stream";
import { matchesEtag } from "../read-model/etag.ts";
import { parseRange } from "./byte-range.ts";
import { contentDisposition } from "./disposition.ts";

/** No script, no form, no other origin, whatever the file has: a browser gives it an origin of its own. */
const SANDBOX =
  "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

/** Bytes that a route sends. */
export interface Sent {
  readonly sha256: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly disposition: string;
  readonly isPublic: boolean;
  /** Whether other bytes can come under this address. */
  readonly isFixed: boolean;
}

/** The content of an asset's version. @param asDownload also for kinds that browsers show */
export function contentOf(
  { name, visibility }: Asset,
  { sha256, bytes, media_type }: AssetVersion,
  { asDownload, isFixed }: { asDownload: boolean; isFixed: boolean },
): Sent {
  const type = isInline(media_type) && !asDownload ? "inline" : "attachment";
  return {
    sha256,
    bytes,
    contentType: isText(media_type) ? `${media_type}; charset=utf-8` : media_type,
    disposition: contentDisposition(type, name),
    isPublic: visibility === "public",
    isFixed,
  };
}

/** Sends bytes, a range of them, or 304 for a client that has them. */
export function sendBlob(
  request: FastifyRequest,
  reply: FastifyReply,
  blobs: BlobClient,
  sent: Sent,
): FastifyReply {
  const etag = `"${sent.sha256}"`;
  void reply.headers({
    etag,
    "accept-ranges": "bytes",
    "cache-control": `${sent.isPublic ? "public" : "private"}, ${sent.isFixed ? "max-age=3600" : "no-cache"}`,
    "content-security-policy": SANDBOX,
    "cross-origin-resource-policy": sent.isPublic ? "cross-origin" : "same-origin",
    "x-content-type-options": "nosniff",
  });
  const { "if-none-match": ifNoneMatch, "if-range": ifRange } = request.headers;
  if (ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, etag)) return reply.code(304).send();
  const isSame = ifRange === undefined || ifRange === etag;
  const range = parseRange(isSame ? request.headers.range : undefined, sent.bytes);
  if (range === "unsatisfiable") {
    return reply.code(416).header("content-range", `bytes */${sent.bytes}`).send();
  }
  const { start, end } = range ?? { start: 0, end: sent.bytes };
  if (range) {
    void reply.code(206).header("content-range", `bytes ${start}-${end - 1}/${sent.bytes}`);
  }
  void reply.headers({
    "content-type": sent.contentType,
    "content-disposition": sent.disposition,
    "content-length": String(end - start),
  });
  // The body of a HEAD is not read.
  const body = request.method === "HEAD" ? [] : blobs.read(sent.sha256, { start, end });
  return reply.send(Readable.from(body, { objectMode: false }));
}
