import type { Network } from "@vega/test-support";
import { startNetwork } from "@vega/test-support";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let network: Network;
let before: unknown;
let sequence: string | null;

beforeAll(async () => {
  network = await startNetwork();
  await network.api.send("POST", "/api/infinity-loop/stop");
  await network.api.send("POST", "/api/memory-update", { update: { kept: true } });
  const status = await network.api.get("/api/status");
  before = status.body;
  sequence = status.headers.get("vega-sequence");
});
afterAll(async () => {
  // No request above has changed the state.
  const status = await network.api.get("/api/status");
  expect(status.body).toEqual(before);
  expect(status.headers.get("vega-sequence")).toBe(sequence);
  expect((await network.api.get("/api/memory")).body).toEqual({ memory: { kept: true } });
  await network.close();
});

const AUTHORIZED = { authorization: "Bearer a-token-for-tests-only" };
const JSON_TYPE = { "content-type": "application/json" };

async function rejected(path: string, init: RequestInit, status: number) {
  const answer = await network.api.raw(path, {
    method: "POST",
    ...init,
    headers: { ...AUTHORIZED, ...JSON_TYPE, ...(init.headers as Record<string, string>) },
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(status);
  expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    status,
    detail: expect.any(String),
    error: expect.any(String),
  });
  // Errors contain no stack trace and no file path.
  expect(JSON.stringify(answer.body)).not.toMatch(/ at .*\(|\.ts|node_modules/);
  return answer.body;
}

const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

describe("an invalid body", () => {
  test.each<[string, string, RequestInit["body"], number]>([
    ["no JSON", "/api/memory-update", "{nonsense", 400],
    ["half a JSON", "/api/memory-update", '{"update":{"a":1}', 400],
    ["NaN", "/api/memory-update", '{"update":{"a":NaN}}', 400],
    ["nothing", "/api/memory-update", "", 400],
    ["a list", "/api/memory-update", "[]", 400],
    ["null", "/api/memory-update", "null", 400],
    ["a wrong type", "/api/memory-update", '{"update":"x"}', 400],
    ["a __proto__ key", "/api/memory-update", '{"update":{"__proto__":{"admin":true}}}', 400],
    ["a constructor key", "/api/memory-update", '{"update":{"constructor":{"prototype":{}}}}', 400],
    ["a nested __proto__", "/api/memory-update", '{"update":{"a":{"__proto__":{"x":1}}}}', 400],
    ["an escaped __proto__", "/api/memory-update", '{"update":{"a":{"__pr\\u006fto__":1}}}', 400],
    ["deep nesting", "/api/memory-update", `{"update":{"a":${deep(200)}}}`, 400],
    ["very deep nesting", "/api/memory-update", deep(100_000), 400],
    ["a lone surrogate", "/api/memory-update", '{"update":{"a":"\\ud800"}}', 400],
    ["invalid UTF-8", "/api/memory-update", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 400],
    [
      "an integer that would be rounded",
      "/api/memory-update",
      '{"update":{"a":9007199254740993}}',
      400,
    ],
    ["an import that would be rounded", "/api/admin/import", '{"id":12345678901234567890}', 400],
    ["an infinite number", "/api/memory-update", '{"update":{"a":1e999}}', 400],
    [
      "an unknown agent state",
      "/api/agents/update",
      '{"agents":[{"name":"miracore","state":"asleep"}]}',
      400,
    ],
    [
      "an agent twice",
      "/api/agents/update",
      '{"agents":[{"name":"miracore","state":"idle"},{"name":"miracore","state":"running"}]}',
      400,
    ],
    ["agents as an object", "/api/agents/update", '{"agents":{"miracore":"idle"}}', 400],
    ["an agent without a name", "/api/agents/update", '{"agents":[{"state":"idle"}]}', 400],
    ["an agent of a bad name", "/api/agents/update", '{"agents":[{"name":"__proto__"}]}', 400],
    [
      "an illegal step",
      "/api/agents/update",
      '{"agents":[{"name":"miracore","state":"syncing"}]}',
      409,
    ],
    [
      "one good, one bad agent",
      "/api/agents/update",
      '{"agents":[{"name":"ae_agent","state":"running"},{"name":"miracore","state":"syncing"}]}',
      409,
    ],
    [
      "a body over the limit",
      "/api/memory-update",
      `{"update":{"a":"${"x".repeat(1_100_000)}"}}`,
      413,
    ],
  ])("%s", async (_name, path, body, status) => {
    await rejected(path, { body: body ?? null }, status);
  });

  test("the error for an unknown status lists the valid ones", async () => {
    const body = await rejected(
      "/api/agents/update",
      { body: '{"agents":[{"name":"miracore","state":"asleep"}]}' },
      400,
    );
    expect(body.errors[0].path).toBe("/agents/0/state");
    expect(JSON.stringify(body)).toMatch(/idle.*running.*active.*syncing/);
  });

  test("in another charset", async () => {
    const type = { "content-type": "application/json; charset=latin1" };
    await rejected("/api/memory-update", { headers: type, body: '{"update":{"a":1}}' }, 415);
  });

  test("of another media type", async () => {
    await rejected(
      "/api/memory-update",
      { headers: { "content-type": "text/xml" }, body: "<a/>" },
      415,
    );
  });
});

describe("memory", () => {
  test.each<[string, string, unknown, number]>([
    ["a value that is missing", "/api/memory/notes/k", {}, 400],
    ["a life that is no number", "/api/memory/notes/k", { value: 1, ttl_seconds: "1" }, 400],
    ["a life below nothing", "/api/memory/notes/k", { value: 1, ttl_seconds: -1 }, 400],
    ["a field that is not known", "/api/memory/notes/k", { value: 1, ttl: 5 }, 400],
    ["a parameter that is not known", "/api/memory/notes/k?ttl=5", { value: 1 }, 400],
    ["a key that is reserved", "/api/memory/notes/__proto__", { value: 1 }, 400],
    ["a key of control characters", "/api/memory/notes/%00", { value: 1 }, 400],
    ["a key that is too long", `/api/memory/notes/${"k".repeat(129)}`, { value: 1 }, 400],
    ["a namespace that is not legal", "/api/memory/no%20space/k", { value: 1 }, 400],
    ["an invalid schema", "/api/memory/notes", { schema: { type: "nonsense" } }, 400],
    ["a schema that is a text", "/api/memory/notes", { schema: "true" }, 400],
  ])("%s", async (_name, path, body, status) => {
    await rejected(path, { method: "PUT", body: JSON.stringify(body) }, status);
  });
});

test.each([
  "/api/status?sequnce=3",
  "/api/cores?seq=3",
  "/api/agents?sequence=0",
  "/api/modules?at=yesterday",
  "/api/agents/miracore?sequence=3",
  "/api/infinity-loop?sequence=3",
])("an invalid time or sequence is refused: %s", async (path) => {
  await rejected(path, { method: "GET" }, 400);
  const [plain] = path.split("?");
  expect((await network.api.get(`${plain}?_=1&t=2`)).status).toBe(200);
});

test("an unknown route", async () => {
  await rejected("/api/nowhere", { method: "GET" }, 404);
  await rejected("/api/nowhere", {}, 404);
});

test("a method that a route does not have", async () => {
  const answer = await network.api.raw("/api/status", { method: "DELETE", headers: AUTHORIZED });
  expect(answer.status).toBe(405);
  expect(answer.headers.get("allow")).toMatch(/GET/);
});

test("a path with invalid encoding", async () => {
  await rejected("/api/memory/notes/%E0%A4%A", { method: "GET" }, 400);
});

/** The response to raw bytes on a socket. */
const spoken = (bytes: string) =>
  new Promise<string>((resolve, reject) => {
    const { hostname, port } = new URL(network.api.url);
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    socket.on("end", () => resolve(text)).on("error", reject);
  });

/** Status line and problem of a raw response. */
function readProblem(answer: string) {
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  expect(head).toMatch(/^vega-sequence: \d+$/im);
  expect(head).toMatch(/^content-type: application\/problem\+json/im);
  return { head, problem: JSON.parse(body) };
}

test("bytes that are not HTTP", async () => {
  const nonsense = readProblem(await spoken("NONSENSE\r\n\r\n"));
  expect(nonsense.head).toMatch(/^HTTP\/1\.1 400 /);
  const large = `GET / HTTP/1.1\r\nhost: a\r\nx: ${"x".repeat(40_000)}\r\n\r\n`;
  expect(readProblem(await spoken(large)).head).toMatch(/^HTTP\/1\.1 431 /);
});

test("HTTP/1.1 without a Host header", async () => {
  for (const path of ["/api/status", "/api/nowhere"]) {
    const answer = await spoken(`GET ${path} HTTP/1.1\r\nconnection: close\r\n\r\n`);
    const { head, problem } = readProblem(answer);
    expect(head).toMatch(/^HTTP\/1\.1 400 /);
    expect(problem).toMatchObject({ status: 400, detail: "the Host header is missing" });
  }
  // HTTP/1.0 needs none.
  expect(await spoken("GET /livez HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /);
});

test("an unknown expectation", async () => {
  const answer = await spoken(
    "GET /livez HTTP/1.1\r\nhost: a\r\nexpect: gold\r\nconnection: close\r\n\r\n",
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer).toMatch(/^vega-sequence: \d+$/im);
});
