import { memory } from "@vega/contracts";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { TestApp } from "../testing/app.ts";
import { TEST_TOKEN, testApp } from "../testing/app.ts";

let gateway: TestApp;
beforeEach(async () => {
  gateway = await testApp();
});
afterEach(() => gateway.close());

test.each([
  [true, {}],
  [false, { not: {} }],
  [null, null],
  [{ type: "string" }, { type: "string" }],
])("the schema %j of a namespace is stored as %j", async (sent, stored) => {
  let asked: unknown;
  gateway.handleRequest = (subject, input) => {
    asked = [subject, input];
    return { sequence: 11 };
  };
  const reply = await gateway.app.inject({
    method: "PUT",
    url: "/api/memory/notes",
    headers: { authorization: `Bearer ${TEST_TOKEN}` },
    payload: { schema: sent },
  });
  expect(reply.json()).toEqual({ namespace: "notes", schema: stored });
  expect(asked).toEqual([
    memory.requests.configure.subject,
    { namespace: "notes", schema: stored },
  ]);
});
