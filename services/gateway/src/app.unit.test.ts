import { afterEach, beforeEach, expect, test } from "vitest";
import type { HttpApp } from "./dependencies.ts";
import { LOG_ID, testModule } from "./testing/log.ts";
import type { TestApp } from "./testing/app.ts";
import { TEST_TOKEN, testApp } from "./testing/app.ts";

const admin = { authorization: `Bearer ${TEST_TOKEN}` };

let gateway: TestApp;
let app: HttpApp;

beforeEach(async () => {
  gateway = await testApp();
  ({ app } = gateway);
});
afterEach(() => gateway.close());

test("a read has sequence, request id and entity tag; If-None-Match gets 304", async () => {
  const headers = { "x-request-id": "mine.1" };
  const first = await app.inject({ url: "/api/status", headers });
  expect(first.statusCode).toBe(200);
  expect(first.headers).toMatchObject({
    "vega-sequence": "10",
    "x-request-id": "mine.1",
    "x-content-type-options": "nosniff",
    etag: `"${LOG_ID}-10"`,
  });
  const again = await app.inject({
    url: "/api/status",
    headers: { "if-none-match": String(first.headers.etag) },
  });
  expect([again.statusCode, again.body]).toEqual([304, ""]);
});

test.each([
  ["GET", "/nothing/here", 404],
  ["DELETE", "/api/status", 405],
  ["GET", "/docs/static/unknown.js", 404],
  ["POST", "/docs/static/unknown.js", 405],
  ["GET", "/api/agents/unknown", 404],
  ["POST", "/api/infinity-loop/iterate", 401],
  ["GET", "/api/admin/export", 401],
  ["GET", "/api/agents/%zz", 400],
  ["GET", "/api/events?types=nope", 400],
] as const)("%s %s is a problem with status %i", async (method, url, status) => {
  const response = await app.inject({ method, url });
  expect(response.statusCode).toBe(status);
  expect(response.headers["content-type"]).toContain("application/problem+json");
  expect(response.headers["vega-sequence"]).toBe("10");
  const problem = response.json();
  expect(problem).toMatchObject({ status, error: problem.detail });
  expect(problem.request_id).toBe(response.headers["x-request-id"]);
});

test.each([
  ["?sequence=0", "has to be at least 1"],
  ["?sequence=1.5", "has to be a whole number"],
  ["?sequence=", "has to be a whole number"],
])("%s: says what is wrong", async (query, message) => {
  const response = await app.inject({ url: `/api/status${query}` });
  expect(response.statusCode).toBe(400);
  expect(response.json().errors).toEqual([{ path: "/sequence", message }]);
});

test("a password reset without the new password names the field", async () => {
  const url = "/api/auth/password/reset";
  const response = await app.inject({ method: "POST", url, payload: { token: "t" } });
  expect(response.statusCode).toBe(400);
  expect(response.json().errors).toMatchObject([{ path: "/new_password" }]);
});

test("405 lists the allowed methods", async () => {
  const response = await app.inject({ method: "POST", url: "/api/memory/default/a%2Fb" });
  expect(response.headers["allow"]).toBe("DELETE, GET, HEAD, PUT");
});

test.each(["", "Bearer", "Bearer wrong", `Basic ${TEST_TOKEN}`, `Bearer ${TEST_TOKEN}x`])(
  "Authorization %j is refused",
  async (authorization) => {
    const response = await app.inject({
      method: "POST",
      url: "/api/infinity-loop/start",
      headers: { authorization },
    });
    expect(response.statusCode).toBe(401);
    expect(response.headers["www-authenticate"]).toBe("Bearer");
  },
);

test.each<Record<string, string>>([
  {},
  { "content-type": "application/json" },
  { "content-type": "text/plain" },
])("a post without a body takes any content type: %j", async (type) => {
  gateway.handleRequest = () => ({ sequence: 12, iteration: 8, phase: 5 });
  const response = await app.inject({
    method: "POST",
    url: "/api/infinity-loop/iterate",
    headers: { ...admin, ...type },
  });
  expect(response.json()).toEqual({ success: true, iteration: 8, phase: 5 });
  expect(response.headers["vega-sequence"]).toBe("12");
});

test("an unavailable state service is 503 with Retry-After", async () => {
  const response = await app.inject({
    method: "PATCH",
    url: "/api/modules/health",
    headers: admin,
    payload: { status: "inactive" },
  });
  expect(response.statusCode).toBe(503);
  expect(response.headers["retry-after"]).toBe("1");
});

test("an internal error is 500 without details", async () => {
  gateway.handleRequest = () => {
    throw new Error("the secret of the stack");
  };
  const response = await app.inject({
    method: "POST",
    url: "/api/agents/one/activate",
    headers: admin,
  });
  expect(response.statusCode).toBe(500);
  expect(response.body).not.toContain("secret");
});

test("an unknown agent state is refused with the list of valid ones", async () => {
  const response = await app.inject({
    method: "POST",
    url: "/api/agents/update",
    headers: admin,
    payload: { agents: [{ name: "one", state: "flying" }] },
  });
  expect(response.statusCode).toBe(400);
  expect(response.json().errors[0].path).toBe("/agents/0/state");
  expect(response.json().detail).toContain("syncing");
});

test("the response of a module has name, status, description and capability", async () => {
  gateway.handleRequest = (_subject, input) => {
    expect(input).toEqual({ name: "health", status: "inactive" });
    return { sequence: 11, module: testModule("inactive") };
  };
  const response = await app.inject({
    method: "PATCH",
    url: "/api/modules/health",
    headers: admin,
    payload: { status: "inactive" },
  });
  expect(response.json()).toEqual({
    success: true,
    module: {
      name: "health",
      status: "inactive",
      description: "d",
      capability: expect.stringContaining("/api/health") as string,
    },
  });
});

test("a memory key in the path is percent-decoded", async () => {
  gateway.handleRequest = (_subject, input) => {
    expect(input).toEqual({ namespace: "notes", key: "a/b ü" });
    return { sequence: 11 };
  };
  const url = `/api/memory/notes/${encodeURIComponent("a/b ü")}`;
  const response = await app.inject({ method: "DELETE", url, headers: admin });
  expect(response.json()).toEqual({ success: true });
});

test("a body over the limit is 413", async () => {
  const response = await app.inject({
    method: "POST",
    url: "/api/memory-update",
    headers: { ...admin, "content-type": "application/json" },
    payload: `{"update":{"k":"${"x".repeat(1_100_000)}"}}`,
  });
  expect(response.statusCode).toBe(413);
  expect(response.json().detail).toBe("the body exceeds the limit of 1048576 bytes");
});

test.each([
  ["5", 200],
  ["11", 503],
  ["-1", 400],
  ["soon", 400],
])("Vega-Min-Sequence: %s gets %i", async (minimum, status) => {
  const headers = { "vega-min-sequence": minimum };
  const response = await app.inject({ url: "/api/status", headers });
  expect(response.statusCode).toBe(status);
});

test("HEAD has headers and no body, also for the event stream", async () => {
  const status = await app.inject({ method: "HEAD", url: "/api/status" });
  expect([status.statusCode, status.body]).toEqual([200, ""]);
  expect(Number(status.headers["content-length"])).toBeGreaterThan(100);
  const events = await app.inject({ method: "HEAD", url: "/api/events" });
  expect(events.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
});

test("a stopping gateway refuses requests, and /readyz is 503", async () => {
  gateway.stopping = true;
  const refused = await app.inject("/api/status");
  expect(refused.statusCode).toBe(503);
  expect(refused.headers["vega-sequence"]).toBe("10");
  expect((await app.inject("/readyz")).statusCode).toBe(503);
  expect((await app.inject("/livez")).statusCode).toBe(200);
});

test("pages have the full set of security headers", async () => {
  const { headers } = await app.inject("/docs");
  expect(headers["content-type"]).toContain("text/html");
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  expect(headers["x-frame-options"]).toBe("DENY");
});
