import { inference, messages, VegaError } from "@vega/contracts";
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { TestApp } from "../testing/app.ts";
import { TEST_TOKEN, testApp } from "../testing/app.ts";

const ID = randomUUID();

let gateway: TestApp;
let asked: string[];
beforeEach(async () => {
  gateway = await testApp();
  asked = [];
});
afterEach(() => gateway.close());

/** Stops a conversation with these messages under way. @param cancel replies for ai */
const stop = async (message_ids: readonly string[], cancel: () => unknown) => {
  gateway.handleRequest = (subject) => {
    asked.push(subject);
    return subject === messages.requests.listPending.subject
      ? { sequence: 1, message_ids }
      : cancel();
  };
  const { statusCode, body } = await gateway.app.inject({
    method: "POST",
    url: `/api/conversations/${ID}/stop`,
    headers: { authorization: `Bearer ${TEST_TOKEN}` },
  });
  return [statusCode, JSON.parse(body).stopped];
};
const { subject: PENDING } = messages.requests.listPending;
const { subject: CANCEL } = inference.requests.cancelCalls;

test("an idle conversation is not broadcast to ai, which would wait for a reply that does not come", async () => {
  expect(await stop([], () => ({ cancelled: 1 }))).toEqual([200, 0]);
  expect(asked).toEqual([PENDING]);
});

test("running completions are cancelled; without a reply none was running", async () => {
  expect(await stop([`${ID}/00000001`], () => ({ cancelled: 1 }))).toEqual([200, 1]);
  const timeout = () => {
    throw new VegaError("timeout", "no reply");
  };
  expect(await stop([`${ID}/00000001`], timeout)).toEqual([200, 0]);
  expect(asked).toEqual([PENDING, CANCEL, PENDING, CANCEL]);
});
