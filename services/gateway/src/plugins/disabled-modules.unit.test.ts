import { modules } from "@vega/contracts";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { TestApp } from "../testing/app.ts";
import { TEST_TOKEN, testApp } from "../testing/app.ts";
import { eventOf, testModule } from "../testing/log.ts";

const authorization = `Bearer ${TEST_TOKEN}`;
const ROUTES = [
  ["/v1/chat/completions", "tongue"],
  ["/v1/embeddings", "tongue"],
  ["/api/prompt", "tongue"],
  ["/api/openai/chat", "tongue"],
  ["/api/xai/chat", "tongue"],
  ["/api/anthropic/chat", "tongue"],
  ["/api/deepseek/chat", "tongue"],
  ["/api/xai/analyze", "tongue"],
  ["/api/anthropic/analyze", "tongue"],
  ["/api/deepseek/code", "tongue"],
] as const;

let gateway: TestApp;
beforeEach(async () => {
  gateway = await testApp();
});
afterEach(() => gateway.close());

function setModule(name: string, status: "active" | "inactive"): void {
  const { readModel } = gateway.dependencies;
  const module = { ...testModule(status), name };
  readModel.apply(eventOf(modules.events.changed, readModel.sequence() + 1, { module }));
}
const post = (url: string, headers: Record<string, string> = { authorization }) =>
  gateway.app.inject({ method: "POST", url, headers, payload: {} });

test.each(ROUTES)("POST %s needs the module %s", async (url, module) => {
  // The crystal of this test lacks the module, which counts as active: the empty body is refused.
  expect((await post(url)).statusCode).toBe(400);
  setModule(module, "inactive");
  const response = await post(url);
  expect(response.statusCode).toBe(409);
  const message = url.startsWith("/v1/") ? response.json().error.message : response.json().detail;
  expect(message).toContain(`the module ${module} is off`);
  setModule(module, "active");
  expect((await post(url)).statusCode).toBe(400);
});

test("under /v1 the refusal has OpenAI's shape and forbids retries", async () => {
  setModule("tongue", "inactive");
  const { headers, ...response } = await post("/v1/chat/completions");
  expect(response.json().error).toMatchObject({
    type: "invalid_request_error",
    code: "module_off",
  });
  expect(headers["x-should-retry"]).toBe("false");
});

test("an anonymous caller gets 401, not the state of modules", async () => {
  setModule("tongue", "inactive");
  expect((await post("/api/prompt", {})).statusCode).toBe(401);
});

test("a search needs the module atlas, a list does not", async () => {
  setModule("atlas", "inactive");
  gateway.handleRequest = () => ({ sequence: 1, conversations: [], next_cursor: null });
  const get = (url: string) => gateway.app.inject({ url, headers: { authorization } });
  expect((await get("/api/conversations?shared=true&search=x")).json().code).toBe("module_off");
  expect((await get("/api/conversations?shared=true")).statusCode).toBe(200);
});

test("a change of another module has no effect", async () => {
  setModule("relax", "inactive");
  for (const [url] of ROUTES) expect((await post(url)).statusCode).toBe(400);
});
