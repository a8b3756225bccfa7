import type { FastifyReply, FastifyRequest } from "fastify";
import { matchesEtag } from "../read-model/etag.ts";
import type { CachedResponse } from "../read-model/read-model.ts";

const JSON_MEDIA_TYPE = "application/json; charset=utf-8";

/** Sends a cached response, or 304 for a client that has it. */
export function sendCached(
  request: FastifyRequest,
  reply: FastifyReply,
  cached: CachedResponse,
): FastifyReply {
  void reply.header("etag", cached.etag);
  const ifNoneMatch = request.headers["if-none-match"];
  if (ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, cached.etag)) {
    return reply.code(304).send();
  }
  return reply.header("content-type", JSON_MEDIA_TYPE).send(cached.body);
}

/** Sends serialized JSON. */
export function sendJson(reply: FastifyReply, json: string): FastifyReply {
  return reply.header("content-type", JSON_MEDIA_TYPE).send(json);
}
