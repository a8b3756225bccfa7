import type { FastifyReply, FastifyRequest } from "fastify";
import { matchesEtag } from "../read-model/etag.ts";
import type { CachedResponse } from "../read-model/read-model.ts";

const JSON_MEDIA_TYPE = "application/json; charset=utf-8";

/** Sends an answer that is serialized already, or 304 to who has it. */
export function sendCached(
  request: FastifyRequest,
  reply: FastifyReply,
  view: CachedResponse,
): FastifyReply {
  void reply.header("etag", view.etag);
  const ifNoneMatch = request.headers["if-none-match"];
  if (ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, view.etag)) {
    return reply.code(304).send();
  }
  return reply.header("content-type", JSON_MEDIA_TYPE).send(view.body);
}

/** Sends JSON that is serialized already. */
export function sendJson(reply: FastifyReply, json: string): FastifyReply {
  return reply.header("content-type", JSON_MEDIA_TYPE).send(json);
}
