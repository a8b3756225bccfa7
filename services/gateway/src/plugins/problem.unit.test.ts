import { VegaError } from "@vega/contracts";
import { expect, test } from "vitest";
import { problemHeaders, problemOf } from "./problem.ts";

test("the detail of a VegaError is also in `error`", () => {
  const errors = [{ path: "/a", message: "m" }];
  expect(problemOf(new VegaError("conflict", "not like this", errors), "r1")).toEqual({
    type: "urn:vega:error:conflict",
    title: "Conflict",
    status: 409,
    detail: "not like this",
    code: "conflict",
    error: "not like this",
    request_id: "r1",
    errors,
  });
});

test("no `errors` without details", () => {
  expect(problemOf(new VegaError("not_found", "no"), "r")).not.toHaveProperty("errors");
});

test.each([
  new Error("password of the database is x"),
  new VegaError("internal", "secret", [{ path: "/s", message: "secret" }]),
  Object.assign(new Error("secret"), { statusCode: 500 }),
  "secret",
  undefined,
])("an internal error has no details", (error) => {
  const problem = problemOf(error, "r1");
  expect(problem).toMatchObject({ status: 500, code: "internal", request_id: "r1" });
  expect(JSON.stringify(problem)).not.toMatch(/secret|password/);
});

test.each([
  [413, "too_large"],
  [415, "unsupported_media_type"],
  [414, "invalid"],
  [400, "invalid"],
])("a %i of the framework keeps its status", (statusCode, code) => {
  const problem = problemOf(Object.assign(new Error("why"), { statusCode }), "r");
  expect(problem).toMatchObject({ status: statusCode, code, detail: "why" });
});

test.each(["unavailable", "timeout"] as const)("%s has retry_after", (code) => {
  const problem = problemOf(new VegaError(code, "away"), "r");
  expect(problem.status).toBe(503);
  expect(problemHeaders(problem)).toMatchObject({ "retry-after": "1" });
  const limited = problemOf(VegaError.rateLimited("too many tries", 41.2), "r");
  expect(limited).toMatchObject({ status: 429, code: "rate_limited", retry_after: 42 });
  expect(problemHeaders(limited)).toMatchObject({ "retry-after": "42" });
});

test("401 has WWW-Authenticate", () => {
  const problem = problemOf(new VegaError("unauthorized", "who?"), "r");
  expect(problemHeaders(problem)).toMatchObject({ "www-authenticate": "Bearer" });
});
