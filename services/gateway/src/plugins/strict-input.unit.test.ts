import { afterEach, beforeEach, expect, test } from "vitest";
import type { HttpApp } from "../dependencies.ts";
import type { TestApp } from "../testing/app.ts";
import { TEST_TOKEN, testApp } from "../testing/app.ts";

const admin = { authorization: `Bearer ${TEST_TOKEN}` };

let gateway: TestApp;
let app: HttpApp;

beforeEach(async () => {
  gateway = await testApp();
  app = gateway.app;
});
afterEach(() => gateway.close());

test.each([
  ["PUT", "/api/memory/n/k", { value: 1, ttl: 5 }, "/ttl", "known fields: value, ttl_seconds"],
  ["PUT", "/api/memory/n", { schema: null, strict: true }, "/strict", "known fields: schema"],
  [
    "PATCH",
    "/api/modules/health",
    { status: "active", name: "x" },
    "/name",
    "known fields: status",
  ],
  [
    "POST",
    "/api/memory-update",
    { update: {}, ttl_seconds: 5 },
    "/ttl_seconds",
    "known fields: update",
  ],
  [
    "POST",
    "/api/agents/update",
    { agents: [{ name: "one", status: "idle" }] },
    "/agents/0/status",
    "known fields: name, state, description",
  ],
] as const)("%s %s %j: the unknown field is named", async (method, url, payload, path, known) => {
  const response = await app.inject({ method, url, headers: admin, payload });
  expect(response.statusCode).toBe(400);
  expect(response.json().errors).toEqual([{ path, message: `unknown field; ${known}` }]);
  expect(response.json().detail).toContain(path);
});

test.each([
  ["GET", "/api/events?type=loop_update", "/type"],
  ["GET", "/api/memory?share=true", "/share"],
  ["HEAD", "/api/memory?share=true", "/share"],
  ["POST", "/api/admin/import?dryrun=true", "/dryrun"],
] as const)("%s %s: the unknown parameter is named", async (method, url, path) => {
  const response = await app.inject({
    method,
    url,
    headers: admin,
    ...(method === "POST" && { payload: {} }),
  });
  expect(response.statusCode).toBe(400);
  if (method !== "HEAD") expect(response.json().errors[0].path).toBe(path);
});

test("cache busters are ignored", async () => {
  expect((await app.inject("/api/status?t=1700000000")).statusCode).toBe(200);
});

test("pages accept any query", async () => {
  expect((await app.inject("/docs?from=mail")).statusCode).toBe(200);
  expect((await app.inject("/?from=mail")).statusCode).toBe(302);
});

test.each(["", "{}", '{"force":true}', "null"])(
  "a route without a body ignores %j",
  async (payload) => {
    gateway.handleRequest = () => ({ sequence: 12, iteration: 8, phase: 5 });
    const response = await app.inject({
      method: "POST",
      url: "/api/infinity-loop/iterate",
      headers: { ...admin, "content-type": "application/json" },
      payload,
    });
    expect(response.statusCode).toBe(200);
  },
);

test.each(["", "null"])("a required body: %j is refused", async (payload) => {
  const response = await app.inject({
    method: "POST",
    url: "/api/memory-update",
    headers: { ...admin, "content-type": "application/json" },
    payload,
  });
  expect(response.statusCode).toBe(400);
  expect(response.json().detail).toBe("the body is missing or null; it must be a JSON object");
});

test("JSON in another charset than UTF-8 is 415", async () => {
  const response = await app.inject({
    method: "POST",
    url: "/api/memory-update",
    headers: { ...admin, "content-type": "application/json; charset=latin1" },
    payload: '{"update":{"a":1}}',
  });
  expect(response.statusCode).toBe(415);
  expect(response.json().detail).toContain("UTF-8");
});

/** Objects of a JSON schema with fields but without `additionalProperties`. */
function silentObjects(schema: unknown, at: string): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const silent = "properties" in schema && !("additionalProperties" in schema);
  const within = Object.entries(schema).flatMap(([key, part]) =>
    silentObjects(part, `${at}/${key}`),
  );
  return silent ? [at, ...within] : within;
}

test("every body in the document declares its unknown fields", async () => {
  const document = (await app.inject("/api/openapi")).json();
  const silent = Object.entries<Record<string, any>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { requestBody }]) =>
      silentObjects(requestBody?.content, `${method} ${path}`),
    ),
  );
  expect(silent).toEqual([]);
});
