import type { Scope } from "@vega/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestApp } from "../../testing/app.ts";
import { testApp } from "../../testing/app.ts";
import { replyAsAuth, secretOf } from "../../testing/principals.ts";
import { testKey } from "../../testing/tokens.ts";

const ADA = "11111111-1111-4111-8111-111111111111";
let gateway: TestApp;

beforeAll(async () => {
  gateway = await testApp();
  gateway.handleRequest = replyAsAuth(
    ADA,
    testKey("k1", () => 0),
  );
});
afterAll(() => gateway.close());

async function chat(scopes: readonly Scope[], memory: unknown) {
  const response = await gateway.app.inject({
    method: "POST",
    url: "/v1/chat/completions",
    headers: { authorization: `Bearer ${secretOf("user", scopes)}` },
    payload: { messages: [{ role: "user", content: "hello" }], vega_memory: memory },
  });
  return { status: response.statusCode, body: response.body };
}

// The test app has no models: an admitted request ends with 503.
test("an API key reaches the memory through a chat only with the scope memory", async () => {
  for (const memory of [true, { namespaces: ["notes"] }]) {
    const refused = await chat(["chat"], memory);
    expect(refused.status).toBe(403);
    expect(refused.body).toContain("needs the permission memory");
    expect((await chat(["chat", "memory"], memory)).status).toBe(503);
  }
  for (const none of [undefined, null, false])
    expect((await chat(["chat"], none)).status).toBe(503);
});

test("a completion does not count for the alpha core: its duration is the provider's", async () => {
  const before = gateway.dependencies.serviceLevel.signals(0);
  await chat(["chat"], undefined);
  expect(gateway.dependencies.serviceLevel.signals(0)).toEqual(before);
});
