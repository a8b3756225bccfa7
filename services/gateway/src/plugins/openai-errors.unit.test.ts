import type { ChatFault } from "@vega/contracts";
import { VegaError } from "@vega/contracts";
import { describe, expect, test } from "vitest";
import { CompletionError, toVegaError } from "../inference/completion-error.ts";
import { isOpenAiRoute, toOpenAiError } from "./openai-errors.ts";
import { problemOf } from "./problem.ts";

/** The response of the gateway to an error. */
function responseTo(error: unknown) {
  const known = error instanceof CompletionError ? toVegaError(error) : error;
  return toOpenAiError(error, problemOf(known, "r1"));
}
const ofModel = (kind: string, more: Partial<ChatFault> = {}) =>
  responseTo(new CompletionError({ kind, message: "why", of_model: true, ...more }));
const ofVega = (kind: string, more: Partial<ChatFault> = {}) =>
  responseTo(new CompletionError({ kind, message: "why", of_model: false, ...more }));

test.each([
  ["/v1/chat/completions", true],
  ["/v1/models?x=1", true],
  ["/v1x/models", false],
  ["/api/v1/models", false],
])("%s is under /v1: %j", (url, is) => {
  expect(isOpenAiRoute({ url })).toBe(is);
});

describe("a failure of a model", () => {
  test.each<[string, number, string, string]>([
    ["rate_limited", 429, "rate_limit_error", "rate_limit_exceeded"],
    ["unavailable", 503, "server_error", "provider_unavailable"],
    ["timed_out", 504, "server_error", "provider_timed_out"],
    ["broken_stream", 502, "server_error", "provider_broke_off"],
    ["context_too_long", 400, "invalid_request_error", "context_length_exceeded"],
    ["content_filter", 400, "invalid_request_error", "content_filter"],
    ["unauthorized", 503, "server_error", "provider_refused_key"],
    ["invalid", 400, "invalid_request_error", "provider_refused_request"],
    ["cancelled", 409, "invalid_request_error", "cancelled"],
  ])("%s is responseTo as %i, %s, %s", (kind, status, type, code) => {
    expect(ofModel(kind)).toEqual({
      status,
      headers: { "x-should-retry": "false" },
      body: { error: { message: "why", type, param: null, code } },
    });
  });

  test("allows a retry only with a known delay", () => {
    expect(ofModel("rate_limited", { retry_after_ms: 1_001 }).headers).toEqual({
      "retry-after": "2",
    });
    expect(ofModel("unavailable", { retry_after_ms: 0 }).headers).toEqual({ "retry-after": "0" });
  });

  test("unknown to its provider is 404", () => {
    expect(ofModel("invalid", { status: 404 }).status).toBe(404);
    expect(ofModel("invalid", { status: 422 }).status).toBe(400);
  });

  test("unknown here is 404", () => {
    expect(ofModel("what comes next")).toMatchObject({
      status: 503,
      body: { error: { message: "why", type: "server_error", code: null } },
    });
  });
});

describe("a refusal of VEGA", () => {
  test.each<[string, number, string, string | null]>([
    ["unauthorized", 401, "invalid_request_error", "invalid_api_key"],
    ["forbidden", 403, "invalid_request_error", "insufficient_permissions"],
    ["conflict", 409, "invalid_request_error", "conflict"],
    ["key_reused", 422, "invalid_request_error", "idempotency_key_reused"],
    ["rate_limited", 429, "rate_limit_error", "rate_limit_exceeded"],
    ["not_found", 404, "invalid_request_error", null],
    ["invalid", 400, "invalid_request_error", null],
    ["unavailable", 503, "server_error", null],
  ])("(%s) has status %i, type %s and code %j", (kind, status, type, code) => {
    const expected = { status, body: { error: { message: "why", type, param: null, code } } };
    expect(ofVega(kind)).toMatchObject(expected);
    expect(responseTo(new VegaError(kind as "invalid", "why"))).toMatchObject(expected);
  });

  test("names the parameter", () => {
    expect(ofVega("invalid", { param: "messages.0.role" }).body.error.param).toBe(
      "messages.0.role",
    );
    const wrong = (path: string) =>
      responseTo(new VegaError("invalid", "no", [{ path, message: "m" }]));
    expect(wrong("/messages/0/role").body.error.param).toBe("messages.0.role");
    expect(wrong("").body.error.param).toBeNull();
  });

  test("has its own code for an unknown model", () => {
    expect(ofVega("not_found", { param: "model" }).body.error.code).toBe("model_not_found");
    expect(ofVega("not_found", { param: "vega_conversation" }).body.error.code).toBeNull();
  });

  test("has Retry-After and never forbids retries", () => {
    expect(responseTo(VegaError.rateLimited("slow down", 7)).headers).toEqual({
      "retry-after": "7",
    });
    expect(ofVega("rate_limited", { retry_after_ms: 7_000 }).headers).toEqual({
      "retry-after": "7",
    });
    expect(ofVega("unavailable").headers).toEqual({ "retry-after": "1" });
    expect(ofVega("invalid").headers).toEqual({});
  });
});

test.each([
  new Error("secret"),
  new VegaError("internal", "secret"),
  new CompletionError({ kind: "internal", message: "secret", of_model: false }),
  new CompletionError({ kind: "of a newer version", message: "secret", of_model: false }),
])("an internal error shows the request id only", (error) => {
  const response = responseTo(error);
  expect(response.status).toBe(500);
  expect(response.body.error).toMatchObject({ type: "server_error", param: null, code: null });
  expect(response.body.error.message).toContain("request id");
  expect(JSON.stringify(response)).not.toContain("secret");
});
