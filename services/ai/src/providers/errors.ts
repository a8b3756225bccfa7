import type { IncomingHttpHeaders } from "node:http";
import type { ModelErrorKind } from "../models/language-model.ts";
import { ModelError } from "../models/language-model.ts";
import { isObject } from "./json.ts";

/*
 * Classification of providers' errors. Sources: https://platform.openai.com/docs/guides/error-codes,
 * https://docs.anthropic.com/en/api/errors, https://api-docs.deepseek.com/quick_start/error_codes
 */

const MAX_MESSAGE = 1_000;

const TOO_LONG =
  /context.{0,12}(length|window|size)|maximum (context|prompt) length|prompt is too long|input is too long|too many (input )?tokens/i;
const FILTERED =
  /content.?(filter|policy|management)|ContentPolicy|Content Exists Risk|violates (our |the )?usage (guidelines|policies)|safety_check/i;
const NO_KEY = /api.?key/i;
const NO_CREDIT = /insufficient_quota|billing_error|credit balance is too low/i;

/** HTTP status by error type, for errors in a stream. */
const STATUS_OF_TYPE: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  overloaded_error: 529,
  api_error: 500,
  server_error: 500,
};

const textOr = (value: unknown): string => (typeof value === "string" ? value : "");

/** Providers quote keys in error messages. */
function clean(message: string): string {
  return message.replaceAll(/\b(sk|xai|key)-[\w*-]{4,}/g, "[key]").slice(0, MAX_MESSAGE);
}

/** Reads OpenAI's and Anthropic's `{error}` and the variants of other providers. */
function readError(body: unknown): {
  message: string;
  code: string;
  type: string;
  parameter: string;
} {
  const outer = isObject(body) ? body : {};
  const inner = isObject(outer.error) ? outer.error : outer;
  const messages = [
    inner.message,
    outer.error,
    outer.message,
    issuesOf(outer.detail),
    outer.detail,
    body,
  ].map(textOr);
  const code = typeof inner.code === "number" ? String(inner.code) : textOr(inner.code);
  return {
    message: messages.find(Boolean) ?? "",
    code,
    type: textOr(inner.type),
    parameter: textOr(inner.param),
  };
}

/** The list of issues that FastAPI's validation returns, as text. */
const issuesOf = (detail: unknown): string | undefined =>
  Array.isArray(detail)
    ? detail
        .filter(isObject)
        .map(
          ({ loc, msg }) =>
            `${Array.isArray(loc) ? loc.map(String).join(".") : ""}: ${textOr(msg)}`,
        )
        .join("; ")
    : undefined;

function kindOf(status: number, text: string): ModelErrorKind {
  if (status < 500) {
    if (FILTERED.test(text)) return "content_filter";
    if (status !== 429 && TOO_LONG.test(text)) return "context_too_long";
    if ([401, 402, 403].includes(status) || NO_CREDIT.test(text)) return "unauthorized";
    // xAI responds 400 to a wrong key.
    if (status === 400 && NO_KEY.test(text)) return "unauthorized";
  }
  if (status === 413) return "context_too_long";
  if (status === 429 || status === 529) return "rate_limited";
  if (status === 408 || status === 425 || status >= 500) return "unavailable";
  return "invalid";
}

/**
 * Retry-After in milliseconds: seconds or a date (RFC 9110, 10.2.3), or OpenAI's `retry-after-ms`. Undefined: absent or
 * malformed.
 * @param now milliseconds since the epoch
 */
export function retryAfterOf(headers: IncomingHttpHeaders, now: number): number | undefined {
  const exact = headers["retry-after-ms"];
  if (typeof exact === "string" && /^\d+(\.\d+)?$/.test(exact)) return Math.ceil(Number(exact));
  const value = headers["retry-after"]?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1_000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The error of a response with a status other than 200. `body` is JSON, or the page of a proxy. */
export function errorOfResponse(
  status: number,
  headers: IncomingHttpHeaders,
  body: string,
  now: number,
): ModelError {
  const { message, code, type, parameter } = readError(parse(body));
  const kind = kindOf(status, `${code} ${type} ${message}`);
  const retryAfterMs = retryAfterOf(headers, now);
  return new ModelError(kind, clean(message || `the provider responded with status ${status}`), {
    status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(code !== "" && { code }),
    ...(parameter !== "" && { parameter }),
  });
}

/** The error of an error event in a stream; `broken_stream` for an unknown type. */
export function errorInStream(body: unknown): ModelError {
  const { message, code, type } = readError(body);
  const status = STATUS_OF_TYPE[type] ?? STATUS_OF_TYPE[code] ?? Number(code);
  const text = `${code} ${type} ${message}`;
  const shown = clean(message || "the provider ended the stream with an error");
  if (status >= 400 && status < 600) return new ModelError(kindOf(status, text), shown, { status });
  const kind = FILTERED.test(text) ? "content_filter" : "broken_stream";
  return new ModelError(kind, shown);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The HTML page of a proxy is of no use to the caller.
    return body.trimStart().startsWith("<") ? {} : body;
  }
}
