import type { ErrorCode } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import type { FastifyReply, FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import type { Dependencies } from "../dependencies.ts";
import { CompletionError, toVegaError } from "../inference/completion-error.ts";
import { MissingProviderError } from "../inference/missing-provider-error.ts";
import { isOpenAiRoute, sendOpenAiError, toOpenAiError } from "./openai-errors.ts";
import { problemHeaders, problemOf } from "./problem.ts";
import { traceparentOf } from "./request-context.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The reason of a 5xx response or an interrupted stream, for the log. */
    failure: Failure | undefined;
  }
}

interface Failure {
  readonly code: ErrorCode;
  readonly reason: string;
  /** The provider of the failed model, or the one that is not configured. */
  readonly provider?: string | undefined;
}

/** The message with its cause, which only the log shows. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}

function providerOf(error: unknown): string | undefined {
  if (error instanceof CompletionError) return error.fault.provider;
  return error instanceof MissingProviderError ? error.provider : undefined;
}

/** Records a failure for the log line of the request and for the error groups. */
export function recordFailure(
  reportError: Dependencies["reportError"],
  error: unknown,
  request: FastifyRequest,
  code: ErrorCode,
): void {
  const provider = providerOf(error);
  request.failure = { code, reason: reasonOf(error), ...(provider && { provider }) };
  const [request_id, traceparent] = [request.id, traceparentOf(request)];
  reportError(error, { kind: "request", request_id, traceparent });
}

/** Converts errors of known kinds to VegaError. */
function toKnownError(error: unknown, { routeOptions }: FastifyRequest): unknown {
  if (error instanceof CompletionError) return toVegaError(error);
  if (error instanceof Error && "code" in error && error.code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return new VegaError(
      "too_large",
      `the body exceeds the limit of ${routeOptions.bodyLimit} bytes`,
    );
  }
  return error;
}

/** Sends an error as a problem document. Internal errors are logged. */
export function sendError(
  { log, reportError }: Pick<Dependencies, "log" | "reportError">,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const known = toKnownError(error, request);
  const problem = problemOf(known, request.id);
  if (problem.code === "internal")
    log.error({ err: error, request_id: request.id }, "request failed");
  if (problem.status >= 500) recordFailure(reportError, error, request, problem.code);
  if (isOpenAiRoute(request)) {
    sendOpenAiError(reply, toOpenAiError(error, problem));
    return;
  }
  void reply.code(problem.status).headers(problemHeaders(problem)).send(JSON.stringify(problem));
}

/** Sends every error as application/problem+json. */
export const errors = fp(async (app, dependencies: Dependencies) => {
  app.decorateRequest("failure", undefined);
  app.setErrorHandler((error, request, reply) => sendError(dependencies, error, request, reply));
});
