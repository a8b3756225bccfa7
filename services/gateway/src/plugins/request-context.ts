import type { RequestContext } from "@vega/contracts";
import type { FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { randomUUID } from "node:crypto";
import { continueTrace } from "./trace.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Id of the actor: `anonymous` until authentication. */
    actor: string;
    /** See {@link traceparentOf}. */
    traceparent: string;
  }
}

const REQUEST_ID = /^[\w.:-]{1,64}$/;
const USER_AGENT_LENGTH = 256;

/** The `x-request-id` of the caller if it is well-formed, otherwise a new id. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && REQUEST_ID.test(given) ? given : randomUUID();
}

/** The trace context of the request, created on first use: most requests need none. */
export function traceparentOf(request: FastifyRequest): string {
  const { traceparent } = request.headers;
  request.traceparent ||= continueTrace(typeof traceparent === "string" ? traceparent : undefined);
  return request.traceparent;
}

/** The context of requests to other services. */
export function contextOf(request: FastifyRequest): RequestContext {
  const userAgent = request.headers["user-agent"];
  return {
    actor: {
      id: request.actor,
      // A trusted proxy may still forward an invalid address.
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
