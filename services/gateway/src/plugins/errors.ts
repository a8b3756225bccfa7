import type { ErrorCode } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import type { Dependencies } from "../dependencies.ts";
import { CompletionError, toVegaError } from "../inference/completion-error.ts";
import { isOpenAiRoute, sendOpenAiError, toOpenAiError } from "./openai-errors.ts";
import { problemHeaders, problemOf } from "./problem.ts";
import { traceparentOf } from "./request-context.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Why a request got an answer of 500 or above, or one that broke off, for the log. */
    failure: Failure | undefined;
  }
}

interface Failure {
  readonly code: ErrorCode;
  readonly reason: string;
  /** Whose model it is of. */
  readonly provider?: string | undefined;
}

/** What went wrong with what caused it: the cause is for us, the client is not told of it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}

/** Has the log and the errors of the system tell of it. */
export function recordFailure(
  reportError: Dependencies["reportError"],
  error: unknown,
  request: FastifyRequest,
  code: ErrorCode,
): void {
  const provider = error instanceof CompletionError ? error.fault.provider : undefined;
  request.failure = { code, reason: reasonOf(error), ...(provider && { provider }) };
  const [request_id, traceparent] = [request.id, traceparentOf(request)];
  reportError(error, { kind: "request", request_id, traceparent });
}

/** An error that says all that a client needs to know, where there is one. */
function knownOf(error: unknown, { routeOptions }: FastifyRequest): unknown {
  if (error instanceof CompletionError) return toVegaError(error);
  if (error instanceof Error && "code" in error && error.code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return new VegaError(
      "too_large",
      `a body may have at most ${routeOptions.bodyLimit} bytes here`,
    );
  }
  return error;
}

/** Answers with a problem; what is our own fault is logged. */
export function sendError(
  { log, reportError }: Pick<Dependencies, "log" | "reportError">,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const known = knownOf(error, request);
  const problem = problemOf(known, request.id);
  if (problem.code === "internal")
    log.error({ err: error, request_id: request.id }, "a request failed");
  if (problem.status >= 500) recordFailure(reportError, error, request, problem.code);
  if (isOpenAiRoute(request)) {
    sendOpenAiError(reply, toOpenAiError(error, problem));
    return;
  }
  void reply.code(problem.status).headers(problemHeaders(problem)).send(JSON.stringify(problem));
}

/** Every error leaves as application/problem+json. */
export const errors = fp(async (app, dependencies: Dependencies) => {
  app.decorateRequest("failure", undefined);
  app.setErrorHandler((error, request, reply) => sendError(dependencies, error, request, reply));
});
