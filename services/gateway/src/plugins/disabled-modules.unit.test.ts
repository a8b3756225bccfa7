import { modules } from "@vega/contracts";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { TestApp } from "../testing/app.ts";
import { TEST_TOKEN, testApp } from "../testing/app.ts";
import { eventOf, testModule } from "../testing/log.ts";

const authorization = `Bearer ${TEST_TOKEN}`;
const GATED = [
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

function turn(name: string, status: "active" | "inactive"): void {
  const { readModel } = gateway.dependencies;
  const module = { ...testModule(status), name };
  readModel.apply(eventOf(modules.events.changed, readModel.sequence() + 1, { module }));
}
const post = (url: string, headers: Record<string, string> = { authorization }) =>
  gateway.app.inject({ method: "POST", url, headers, payload: {} });

test.each(GATED)("POST %s belongs to the module %s", async (url, module) => {
  // The crystal of this test has no such module: it counts as on, and the body is what is wrong.
  expect((await post(url)).statusCode).toBe(400);
  turn(module, "inactive");
  const response = await post(url);
  expect(response.statusCode).toBe(409);
  const said = url.startsWith("/v1/") ? response.json().error.message : response.json().detail;
  expect(said).toContain(`the module ${module} is off`);
  turn(module, "active");
  expect((await post(url)).statusCode).toBe(400);
});

test("under /v1 the refusal has OpenAI's shape, and its clients do not try again", async () => {
  turn("tongue", "inactive");
  const { headers, ...response } = await post("/v1/chat/completions");
  expect(response.json().error).toMatchObject({
    type: "invalid_request_error",
    code: "module_off",
  });
  expect(headers["x-should-retry"]).toBe("false");
});

test("who has not logged in is not told what is off", async () => {
  turn("tongue", "inactive");
  expect((await post("/api/prompt", {})).statusCode).toBe(401);
});

test("a search is refused without the atlas, a list is not", async () => {
  turn("atlas", "inactive");
  gateway.handleRequest = () => ({ sequence: 1, conversations: [], next_cursor: null });
  const get = (url: string) => gateway.app.inject({ url, headers: { authorization } });
  expect((await get("/api/conversations?shared=true&search=x")).json().code).toBe("module_off");
  expect((await get("/api/conversations?shared=true")).statusCode).toBe(200);
});

test("a change of another module leaves the gates as they are", async () => {
  turn("relax", "inactive");
  for (const [url] of GATED) expect((await post(url)).statusCode).toBe(400);
});
