import { inference } from "@vega/contracts";
import { createErrorCollector } from "@vega/service-kit";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { TestApp } from "../testing/app.ts";
import { TEST_TOKEN, testApp } from "../testing/app.ts";

/* Routes of the predecessor on a system without providers. */

let gateway: TestApp;
beforeAll(async () => {
  const origins = "https://vega.example.org,https://music.example.org:8443";
  gateway = await testApp({ VEGA_ALLOWED_ORIGINS: origins });
  const unavailable = gateway.handleRequest;
  gateway.handleRequest = (subject, input) =>
    subject === inference.requests.listProviders.subject
      ? { providers: [], preferred: "local/echo-analyst" }
      : unavailable(subject, input);
});
afterAll(() => gateway.close());

const send = async (method: "GET" | "POST", url: string, payload?: object) => {
  const headers = { authorization: `Bearer ${TEST_TOKEN}` };
  const reply = await gateway.app.inject({ method, url, headers, ...(payload && { payload }) });
  return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() };
};

test("each status says that a key is needed", async () => {
  for (const name of ["openai", "xai", "anthropic", "deepseek", "suno", "orchestrator"]) {
    const { body } = await send("GET", `/api/${name}/status`);
    expect([name, body["status"]]).toEqual([name, "needs_key"]);
  }
  expect((await send("GET", "/api/redblood/status")).body).toMatchObject({
    status: "needs_key",
    mode: "none",
    model: "none",
    subdomains: ["vega.example.org", "music.example.org:8443"],
    apis: { openai: false, xai: false, anthropic: false, deepseek: false, suno: false },
  });
});

test("a cycle has the loop's position and no insights; other writes get 503", async () => {
  const { loop } = gateway.dependencies.readModel.crystal();
  expect(await send("POST", "/api/redblood/infinity-cycle")).toMatchObject({
    status: 200,
    body: { success: true, iteration: loop.iteration, phase: loop.phase, insights: [] },
  });
  const replies = await Promise.all([
    send("POST", "/api/redblood/generate-visual"),
    send("POST", "/api/redblood/generate-music-prompt", { style: "ambient" }),
    send("POST", "/api/suno/generate", { prompt: "strings" }),
    send("POST", "/api/deepseek/code", { prompt: "sort" }),
  ]);
  expect(replies.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
});

test("a sync without a body is of the present phase; one of a phase is of that phase", async () => {
  const { loop } = gateway.dependencies.readModel.crystal();
  const now = await send("POST", "/api/soundscape/sync");
  expect(now.body["sync"]).toMatchObject({ loop: loop.phase });
  const { body } = await send("POST", "/api/soundscape/sync", { loopPhase: 3 });
  expect(body["sync"]).toMatchObject({ loop: 3, audio: "calibration", base_hz: 220 });
  const refused = await send("POST", "/api/soundscape/sync", { loopPhase: 4, visualState: 1 });
  expect(refused.status).toBe(400);
});

test("a provider that is not configured is an error group of its own", async () => {
  const errors = createErrorCollector({ service: "gateway" });
  const recorder = vi.spyOn(gateway.dependencies, "reportError");
  for (const path of ["/api/xai/chat", "/api/deepseek/chat", "/api/suno/generate"]) {
    await send("POST", path, { prompt: "hello" });
  }
  for (const [error, about] of recorder.mock.calls) errors.record(error, about);
  const groups = errors.take();
  expect(groups.map(({ name }) => name)).toEqual([
    "MissingProviderError xai",
    "MissingProviderError deepseek",
    "MissingProviderError suno",
  ]);
});
