import type { RequestContext } from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { randomUUID } from "node:crypto";
import { continueTrace } from "./trace.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks: `anonymous` until authentication says otherwise. */
    actor: string;
    /** See {@link traceparentOf}. */
    traceparent: string;
  }
}

const REQUEST_ID = /^[\w.:-]{1,64}$/;
const USER_AGENT_LENGTH = 256;

/** The caller's own id of the request where it is a sane one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
}

/** The request's trace, made when first asked for: most requests need none. */
export function traceparentOf(request: FastifyRequest): string {
  const { traceparent } = request.headers;
  request.traceparent ||= continueTrace(typeof traceparent === "string" ? traceparent : undefined);
  return request.traceparent;
}

/** What the other services are told of who asks. */
export function contextOf(request: FastifyRequest): RequestContext {
  const userAgent = request.headers["user-agent"];
  return {
    actor: {
      id: request.actor,
      // A proxy that is trusted with it may still pass on what is none.
      ...(isIP(request.ip) !== 0 && { address: request.ip }),
      ...(userAgent && { user_agent: userAgent.slice(0, USER_AGENT_LENGTH) }),
    },
    request_id: request.id,
    traceparent: traceparentOf(request),
  };
}

export const requestContext = fp(async (app) => {
  app.decorateRequest("actor", "anonymous");
  app.decorateRequest("traceparent", "");
});
