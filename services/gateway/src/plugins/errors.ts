import type { FastifyReply, FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import type { Dependencies } from "../dependencies.ts";
import { problemHeaders, problemOf } from "./problem.ts";

/** Answers with a problem; what is our own fault is logged. */
export function sendError(
  { log }: Pick<Dependencies, "log">,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const problem = problemOf(error, request.id);
  if (problem.code === "internal")
    log.error({ err: error, request_id: request.id }, "a request failed");
  void reply.code(problem.status).headers(problemHeaders(problem)).send(JSON.stringify(problem));
}

/** Every error leaves as application/problem+json. */
export const errors = fp(async (app, dependencies: Dependencies) => {
  app.setErrorHandler((error, request, reply) => sendError(dependencies, error, request, reply));
});
