import type { FastifyReply, FastifyRequest } from "fastify";
import type { ErrorCode } from "@vega/contracts";
import { CompletionError } from "../inference/completion-error.ts";
import type { Problem } from "./problem.ts";

/*
 * Errors of routes under /v1, in OpenAI's shape.
 * Source: https://platform.openai.com/docs/guides/error-codes
 */

export interface OpenAiError {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: {
    readonly error: {
      readonly message: string;
      readonly type: string;
      readonly param: string | null;
      readonly code: string | null;
    };
  };
}

export const isOpenAiRoute = ({ url }: Pick<FastifyRequest, "url">): boolean =>
  url.startsWith("/v1/");

const REQUEST = "invalid_request_error";
const SERVER = "server_error";

/** Status, type and code for each outcome of the models. */
const MODEL_ERRORS: Readonly<Record<string, readonly [number, string, string]>> = {
  rate_limited: [429, "rate_limit_error", "rate_limit_exceeded"],
  unavailable: [503, SERVER, "provider_unavailable"],
  timed_out: [504, SERVER, "provider_timed_out"],
  broken_stream: [502, SERVER, "provider_broke_off"],
  no_text: [502, SERVER, "provider_sent_no_text"],
  context_too_long: [400, REQUEST, "context_length_exceeded"],
  content_filter: [400, REQUEST, "content_filter"],
  // Not 401: the provider refused the key of this server, not that of the caller.
  unauthorized: [503, SERVER, "provider_refused_key"],
  invalid: [400, REQUEST, "provider_refused_request"],
  cancelled: [409, REQUEST, "cancelled"],
};

const VEGA_ERRORS: Partial<Record<ErrorCode, readonly [string, string]>> = {
  unauthorized: [REQUEST, "invalid_api_key"],
  budget_exceeded: ["insufficient_quota", "budget_exceeded"],
  forbidden: [REQUEST, "insufficient_permissions"],
  key_reused: [REQUEST, "idempotency_key_reused"],
  conflict: [REQUEST, "conflict"],
  module_off: [REQUEST, "module_off"],
  too_large: [REQUEST, "too_large"],
  rate_limited: ["rate_limit_error", "rate_limit_exceeded"],
};

/** @param problem the error as a native route sends it */
export function toOpenAiError(error: unknown, problem: Problem): OpenAiError {
  const fault = error instanceof CompletionError ? error.fault : undefined;
  const param = fault?.param ?? problem.errors?.[0]?.path.replaceAll("/", ".").replace(/^\./, "");
  const [status, type, code] =
    (fault?.of_model && MODEL_ERRORS[fault.kind]) || ofVega(problem, param);
  // An internal error has no details besides the request id.
  const message = problem.code === "internal" ? problem.detail : (fault?.message ?? problem.detail);
  const seconds = fault?.of_model ? secondsOf(fault.retry_after_ms) : problem.retry_after;
  // A retry is useless: all models were tried, or an operator has to enable a module.
  const isFinal = fault?.of_model || problem.code === "module_off";
  return {
    // The provider does not know the model.
    status: fault?.kind === "invalid" && fault.status === 404 ? 404 : status,
    headers: {
      ...(seconds !== undefined && { "retry-after": String(seconds) }),
      // OpenAI's clients would retry at once.
      ...(isFinal && seconds === undefined && { "x-should-retry": "false" }),
    },
    body: {
      error: { message, type, param: param || null, code },
    },
  };
}

const secondsOf = (ms: number | undefined) => (ms === undefined ? ms : Math.ceil(ms / 1_000));

function ofVega(
  { status, code }: Problem,
  param: string | undefined,
): [number, string, string | null] {
  const [type, name] = VEGA_ERRORS[code] ?? [status >= 500 ? SERVER : REQUEST, null];
  if (code === "not_found" && param === "model") return [status, REQUEST, "model_not_found"];
  return [status, type, name];
}

export function sendOpenAiError(reply: FastifyReply, { status, headers, body }: OpenAiError): void {
  void reply
    .code(status)
    .headers({ ...headers, "content-type": "application/json; charset=utf-8" })
    .send(JSON.stringify(body));
}
